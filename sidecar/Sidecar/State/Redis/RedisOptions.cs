using System.Globalization;
using System.Net;
using Sidecar.Components;

namespace Sidecar.State.Redis;

/// <summary>What a component of type state.redis may say, under its present and its former names.</summary>
internal sealed record RedisOptions
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public required DnsEndPoint Server { get; init; }

    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    public int Database { get; init; }

    public bool Tls { get; init; }

    public bool TrustsAnyCertificate { get; init; }

    public string ClientCertificate { get; init; } = "";

    public string ClientKey { get; init; } = "";

    public TimeSpan DialTimeout { get; init; }

    /// <summary>Zero for none.</summary>
    public TimeSpan ReadTimeout { get; init; }

    public TimeSpan WriteTimeout { get; init; }

    public int Retries { get; init; }

    public TimeSpan RetryPause { get; init; }

    public long? TtlSeconds { get; init; }

    public string Host => $"{Server.Host}:{Server.Port}";

    public static RedisOptions From(ComponentMetadata metadata)
    {
        Refuse(metadata);
        var read = Duration(metadata, "readTimeout", TimeSpan.FromSeconds(3));
        var options = new RedisOptions
        {
            Server = Address(metadata),
            User = metadata.String("redisUsername"),
            Password = metadata.String("redisPassword"),
            Database = metadata.Int("redisDB", 0),
            Tls = Bool(metadata, "enableTLS"),
            TrustsAnyCertificate = Bool(metadata, "insecureSkipTLSVerify"),
            ClientCertificate = metadata.String("clientCert"),
            ClientKey = metadata.String("clientKey"),
            DialTimeout = Duration(metadata, "dialTimeout", TimeSpan.FromSeconds(5)),
            ReadTimeout = read,
            WriteTimeout = Duration(metadata, "writeTimeout", read),
            Retries = Retry(metadata),
            RetryPause = Pause(metadata),
            TtlSeconds = metadata.Has("ttlInSeconds") ? metadata.Int("ttlInSeconds", 0) : null,
        };
        CheckPool(metadata);
        metadata.Check();
        return options;
    }

    private static void Refuse(ComponentMetadata metadata)
    {
        if (metadata.String("redisType") == "cluster")
        {
            metadata.Problem("\"redisType\" cluster is not supported by this sidecar, only node is");
        }

        if (metadata.String("redisHost").Contains(','))
        {
            metadata.Problem("\"redisHost\" names several hosts, which this sidecar does not support: name one");
        }

        if (Bool(metadata, "failover"))
        {
            metadata.Problem("\"failover\": Redis Sentinel is not supported by this sidecar: name the host of the primary itself");
        }

        foreach (var name in new[] { "useEntraID", "useAzureAD", "useOIDC" })
        {
            if (Bool(metadata, name))
            {
                metadata.Problem($"\"{name}\": tokens of an identity provider are not supported by this sidecar: use redisUsername and redisPassword");
            }
        }

        if (metadata.Has("queryIndexes"))
        {
            metadata.Problem("\"queryIndexes\": queries are not supported by this sidecar");
        }
    }

    private static DnsEndPoint Address(ComponentMetadata metadata)
    {
        const int UsualPort = 6379;
        var host = metadata.String("redisHost", "localhost");
        var asked = metadata.Int("redisPort", 0, 0, ushort.MaxValue);
        var colon = host.LastIndexOf(':');
        var bare = host.Contains("::", StringComparison.Ordinal) && !host.Contains(']');
        if (colon < 0 || bare || host.EndsWith(']'))
        {
            return new(host.Trim('[', ']'), asked == 0 ? UsualPort : asked);
        }

        var name = host[..colon].Trim('[', ']');
        if (!ushort.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
        {
            metadata.Problem($"\"redisHost\" is \"{host}\" and should be host:port");
            port = UsualPort;
        }
        else if (asked != 0 && asked != port)
        {
            metadata.Problem($"redis host \"{host}\" already contains port {port}, but redisPort is set to {asked}; either remove the port from redisHost or remove the redisPort setting");
        }

        return new(name.Length == 0 ? "localhost" : name, port);
    }

    private static int Retry(ComponentMetadata metadata)
    {
        const int Usual = 3;
        var name = metadata.Has("redisMaxRetries") ? "redisMaxRetries" : "maxRetries";
        return metadata.Int(name, Usual, -1) switch { -1 => 0, 0 => Usual, var many => many };
    }

    /// <summary>The longest pause counts: the least one, 2 s unless told, is longer than what daprd's driver then cuts it to.</summary>
    private static TimeSpan Pause(ComponentMetadata metadata)
    {
        var least = TimeSpan.FromSeconds(2);
        if (metadata.Has("redisMinRetryInterval"))
        {
            least = Duration(metadata, "redisMinRetryInterval", TimeSpan.FromMilliseconds(8));
        }
        else if (metadata.Has("maxRetryBackoff"))
        {
            least = TimeSpan.FromMicroseconds(metadata.Int("maxRetryBackoff", 0, 0) / 1000.0);
        }

        var most = Duration(metadata, "redisMaxRetryInterval", TimeSpan.FromMilliseconds(512));
        return least < most ? least : most;
    }

    /// <summary>One connection serves all callers, so these change nothing; a wrong one is still a mistake in the file.</summary>
    private static void CheckPool(ComponentMetadata metadata)
    {
        foreach (var name in new[] { "poolSize", "minIdleConns" })
        {
            metadata.Int(name, 0);
        }

        foreach (var name in new[] { "maxConnAge", "poolTimeout", "idleTimeout", "idleCheckFrequency" })
        {
            Duration(metadata, name, TimeSpan.Zero);
        }
    }

    /// <summary>A bare number counts milliseconds here, a negative one switches off, zero is the usual.</summary>
    private static TimeSpan Duration(ComponentMetadata metadata, string name, TimeSpan usual)
    {
        if (!metadata.Has(name))
        {
            return usual;
        }

        if (!GoDuration.TryParse(metadata.String(name), Millisecond, out var duration))
        {
            metadata.Problem($"\"{name}\" is \"{metadata.String(name)}\" and should be a duration such as 500ms or 20s, or a number of milliseconds");
        }

        return duration < TimeSpan.Zero ? TimeSpan.Zero : duration == TimeSpan.Zero ? usual : duration;
    }

    private static bool Bool(ComponentMetadata metadata, string name)
    {
        var text = metadata.String(name, "false");
        if (text is "1" or "t" or "T" or "true" or "TRUE" or "True")
        {
            return true;
        }

        if (text is not ("0" or "f" or "F" or "false" or "FALSE" or "False"))
        {
            metadata.Problem($"\"{name}\" is \"{text}\" and should be true or false");
        }

        return false;
    }
}
