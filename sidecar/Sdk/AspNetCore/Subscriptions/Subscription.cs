namespace Dapr.AspNetCore;

/// <summary>A subscription as the sidecar reads it.</summary>
internal sealed record Subscription(string Topic, string PubsubName)
{
    public string? Route { get; init; }

    public SubscriptionRoutes? Routes { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public string? DeadLetterTopic { get; init; }

    public SubscribedInBulk? BulkSubscribe { get; init; }
}

internal sealed record SubscriptionRoutes(string? Default, IReadOnlyList<SubscriptionRule> Rules);

internal sealed record SubscriptionRule(string Match, string Path);

internal sealed record SubscribedInBulk(bool Enabled, int MaxMessagesCount, int MaxAwaitDurationMs);
