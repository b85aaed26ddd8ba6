using Sidecar.Components;

namespace Sidecar.PubSub.Sqlite;

/// <summary>What the YAML of a pubsub.sqlite component says.</summary>
internal sealed record SqlitePubSubSettings(string Path, string ConsumerId)
{
    /// <summary>Handlers at work at one time, per subscription.</summary>
    public int MaxInFlight { get; init; }

    /// <summary>Before a failed message comes again; doubled with every further failure.</summary>
    public TimeSpan RedeliverInterval { get; init; }

    public TimeSpan LongestInterval => TimeSpan.FromSeconds(30) is var longest && longest > RedeliverInterval ? longest : RedeliverInterval;

    /// <summary>For messages that have none of their own.</summary>
    public TimeSpan? TimeToLive { get; init; }

    public static SqlitePubSubSettings Of(ComponentSpec spec, string appId)
    {
        var yaml = spec.Metadata;
        var consumerId = yaml.String("consumerID").Trim();
        var path = FilePath(yaml.Has("path") ? yaml.String("path") : yaml.Required("connectionString"));
        if (path.Contains(":memory:", StringComparison.Ordinal))
        {
            yaml.Problem("\"connectionString\" should name a file; pubsub.in-memory is for messages that may be lost");
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

        var maxInFlight = yaml.Int("maxInFlight", 128, least: 1, most: 1000);
        var settings = new SqlitePubSubSettings(path, consumerId.Length > 0 ? consumerId : appId)
        {
            MaxInFlight = mode == "single" ? 1 : maxInFlight,
            RedeliverInterval = yaml.Duration("redeliverInterval", TimeSpan.FromSeconds(1)),
            TimeToLive = timeToLive,
        };
        if (settings.RedeliverInterval < TimeSpan.Zero)
        {
            yaml.Problem("\"redeliverInterval\" should not be negative");
        }

        yaml.Check();
        return settings with { Path = System.IO.Path.GetFullPath(path) };
    }

    /// <summary>Also as a connection string of state.sqlite names it: file:data/queues.db?option=….</summary>
    private static string FilePath(string text)
    {
        const string Scheme = "file:";
        return text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..].Split('?')[0] : text;
    }
}
