namespace Sidecar.PubSub.Subscriptions;

/// <summary>
/// One subscription as the app, or a YAML document of either version, asks for it. A v1alpha1 <c>route</c> is the one rule with an
/// empty match, left out when it is empty; a v2alpha1 <c>default</c> is the last rule, also with an empty match.
/// </summary>
public sealed record SubscriptionSpec(string PubSubName, string Topic)
{
    /// <summary>Tried in order. No rule at all means that there is nowhere to deliver to.</summary>
    public IReadOnlyList<RouteSpec> Routes { get; init; } = [];

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = BrokerMessage.Empty;

    public string DeadLetterTopic { get; init; } = "";

    public BulkSubscribeSpec? BulkSubscribe { get; init; }

    /// <summary><c>metadata.name</c> of a YAML document; a later document of the same name replaces an earlier one. Null from the app.</summary>
    public string? Name { get; init; }

    /// <summary>App ids that a YAML document is meant for; empty for all.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>File and line of a YAML document, for messages.</summary>
    public string Source { get; init; } = "";
}

/// <summary><paramref name="Match"/> is a CEL expression, empty when every message goes to <paramref name="Path"/>.</summary>
public sealed record RouteSpec(string Match, string Path);

/// <summary>Zero stands for the default of the broker or the runtime.</summary>
public sealed record BulkSubscribeSpec(bool Enabled, int MaxMessagesCount = 0, int MaxAwaitDurationMs = 0);
