namespace Sidecar.PubSub;

/// <summary>
/// A message broker component: bytes and metadata in, bytes and metadata out. Envelopes, routing, retries and dead letters are the
/// runtime's business. Constructing one does no I/O, <see cref="InitAsync"/> does.
/// </summary>
public interface IPubSub : IAsyncDisposable
{
    PubSubFeatures Features { get; }

    Task InitAsync(CancellationToken cancellation);

    /// <summary>Returns when the broker has the message, as safely as the component's settings ask for.</summary>
    ValueTask PublishAsync(BrokerMessage message, CancellationToken cancellation);

    /// <summary>
    /// Delivers messages to <paramref name="handler"/> until the returned subscription is disposed. The handler throws when the
    /// message was not handled; what then happens (requeue, discard) is the broker's setting. An
    /// <see cref="OperationCanceledException"/> says that the subscription ends: the message stays unanswered and comes again.
    /// </summary>
    Task<IAsyncDisposable> SubscribeAsync(BrokerSubscription subscription, MessageHandler handler, CancellationToken cancellation);
}

public delegate ValueTask MessageHandler(BrokerMessage message, CancellationToken cancellation);

[Flags]
public enum PubSubFeatures
{
    None = 0,
    MessageTtl = 1,
    SubscribeWildcards = 2,
    BulkPublish = 4,
}

public sealed record BrokerMessage(string Topic, ReadOnlyMemory<byte> Data)
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = Empty;

    public string? ContentType { get; init; }

    public static IReadOnlyDictionary<string, string> Empty { get; } = new Dictionary<string, string>();
}

public sealed record BrokerSubscription(string Topic)
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = BrokerMessage.Empty;
}
