using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Sidecar.Components;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>What the YAML of a RabbitMQ component says; names and defaults are those of Dapr's code.</summary>
internal sealed record RabbitMqSettings(RabbitMqAddress Address, string ConsumerId)
{
    public bool Durable { get; init; }

    public bool DeletedWhenUnused { get; init; }

    public bool EnableDeadLetter { get; init; }

    public bool AutoAck { get; init; }

    public bool RequeueInFailure { get; init; }

    /// <summary>2 survives a restart of the broker.</summary>
    public int DeliveryMode { get; init; }

    /// <summary>0 for any number.</summary>
    public int PrefetchCount { get; init; }

    public bool HandlesOneByOne { get; init; }

    public bool PublisherConfirm { get; init; }

    public string ExchangeKind { get; init; } = "fanout";

    public long MaxLen { get; init; }

    public long MaxLenBytes { get; init; }

    public TimeSpan? TimeToLive { get; init; }

    public TimeSpan ReconnectWait { get; init; }

    public TimeSpan Heartbeat { get; init; }

    public string ClientName { get; init; } = "";

    public bool SaslExternal { get; init; }

    public X509Certificate2Collection Authorities { get; init; } = [];

    public X509Certificate2? ClientCertificate { get; init; }

    public bool PropertiesToMetadata { get; init; }

    public static RabbitMqSettings Of(ComponentSpec spec, string appId)
    {
        var yaml = spec.Metadata;
        var consumerId = yaml.String("consumerID").Trim();
        var kind = yaml.String("exchangeKind", "fanout");
        if (kind is not ("fanout" or "topic" or "direct" or "headers"))
        {
            yaml.Problem($"\"exchangeKind\" is \"{kind}\" and should be fanout, topic, direct or headers");
        }

        var mode = yaml.String("concurrencyMode", "parallel");
        if (mode is not ("single" or "parallel"))
        {
            yaml.Problem($"\"concurrencyMode\" is \"{mode}\" and should be parallel or single");
        }

        var timeToLive = BrokerMetadata.TimeToLive(yaml.Values);
        if (timeToLive is null && (yaml.Has("ttlInSeconds") || yaml.Has("ttl")))
        {
            yaml.Problem("\"ttlInSeconds\" should be a number of seconds above zero, or a duration such as 20s");
        }

        var settings = new RabbitMqSettings(RabbitMqAddress.Of(yaml), consumerId.Length > 0 ? consumerId : appId)
        {
            Durable = yaml.Bool("durable", fallback: true),
            DeletedWhenUnused = yaml.Bool("deletedWhenUnused", fallback: true),
            EnableDeadLetter = yaml.Bool("enableDeadLetter"),
            AutoAck = yaml.Bool("autoAck"),
            RequeueInFailure = yaml.Bool("requeueInFailure"),
            DeliveryMode = yaml.Int("deliveryMode", 0, least: 0, most: 2),
            PrefetchCount = yaml.Int("prefetchCount", 0, least: 0, most: 255),
            HandlesOneByOne = mode == "single",
            PublisherConfirm = yaml.Bool("publisherConfirm"),
            ExchangeKind = kind,
            MaxLen = Long(yaml, "maxLen"),
            MaxLenBytes = Long(yaml, "maxLenBytes"),
            TimeToLive = timeToLive,
            ReconnectWait = yaml.Duration("reconnectWaitSeconds", TimeSpan.FromSeconds(3)),
            Heartbeat = yaml.Duration("heartBeat", TimeSpan.FromSeconds(10)),
            ClientName = yaml.String("clientName"),
            SaslExternal = yaml.Bool("saslExternal"),
            Authorities = RabbitMqTls.Authorities(yaml),
            ClientCertificate = RabbitMqTls.ClientCertificate(yaml),
            PropertiesToMetadata = yaml.Bool("publishMessagePropertiesToMetadata"),
        };
        if (settings.SaslExternal && !(yaml.Has("caCert") && yaml.Has("clientCert") && yaml.Has("clientKey")))
        {
            yaml.Problem("\"saslExternal\" can only be true when caCert, clientCert and clientKey are set");
        }

        yaml.Check();
        return settings;
    }

    private static long Long(ComponentMetadata yaml, string name)
    {
        if (!long.TryParse(yaml.String(name, "0"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            yaml.Problem($"\"{name}\" is \"{yaml.String(name)}\" and should be a whole number");
        }

        return number;
    }
}
