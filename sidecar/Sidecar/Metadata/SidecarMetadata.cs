namespace Sidecar.Metadata;

/// <summary>What a sidecar tells about itself.</summary>
public sealed record SidecarMetadata(string Id)
{
    /// <summary>The daprd whose answers these are.</summary>
    public const string RuntimeVersion = "1.18.3";

    public IReadOnlyList<string> EnabledFeatures { get; init; } = [];

    public IReadOnlyList<ComponentInfo> Components { get; init; } = [];

    public IReadOnlyDictionary<string, string> Extended { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<SubscriptionInfo> Subscriptions { get; init; } = [];

    public IReadOnlyList<string> HttpEndpoints { get; init; } = [];

    public IReadOnlyList<string> Resiliencies { get; init; } = [];

    /// <summary>Null where there is no store to keep workflows in.</summary>
    public WorkflowInfo? Workflows { get; init; }

    public AppConnection App { get; init; } = new(0, "http", "127.0.0.1", 0, null);
}

/// <summary>Workflows as the actors that they are in daprd, whose types are there while a worker is.</summary>
public sealed record WorkflowInfo(int ConnectedWorkers, IReadOnlyList<string> ActorTypes);

public sealed record ComponentInfo(string Name, string Type, string Version, IReadOnlyList<string> Capabilities);

public sealed record SubscriptionInfo(string PubSub, string Topic, string DeadLetterTopic, SubscriptionKind Kind)
{
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public IReadOnlyList<RuleInfo> Rules { get; init; } = [];
}

/// <summary>The numbers of Dapr's protocol.</summary>
public enum SubscriptionKind
{
    Unknown = 0,
    Declarative = 1,
    Programmatic = 2,
    Streaming = 3,
}

public sealed record RuleInfo(string Match, string Path);

public sealed record AppConnection(int Port, string Protocol, string ChannelAddress, int MaxConcurrency, AppHealthInfo? Health);

public sealed record AppHealthInfo(string Path, string Interval, string Timeout, int Threshold);
