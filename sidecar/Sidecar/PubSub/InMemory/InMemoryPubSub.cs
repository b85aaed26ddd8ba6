namespace Sidecar.PubSub.InMemory;

/// <summary>
/// Messages between the subscriptions of one sidecar. Nothing is kept: a message that nobody wants, or whose handler fails, is gone.
/// A subscription handles one message after the other, and whoever publishes to it waits until his message's turn has come.
/// </summary>
public sealed class InMemoryPubSub(TimeProvider time, ILogger logger) : IPubSub
{
    private readonly Lock gate = new();
    private InMemorySubscription[] subscriptions = [];
    private bool closed;

    public PubSubFeatures Features => PubSubFeatures.SubscribeWildcards;

    public Task InitAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>A caller who gives up stops waiting; his message keeps its place.</summary>
    public ValueTask PublishAsync(BrokerMessage message, CancellationToken cancellation)
    {
        if (Volatile.Read(ref closed))
        {
            throw BrokerException.Closed();
        }

        var handing = HandOutAsync(message);
        return handing.IsCompletedSuccessfully ? ValueTask.CompletedTask : new(handing.WaitAsync(cancellation));
    }

    public Task<IAsyncDisposable> SubscribeAsync(BrokerSubscription subscription, MessageHandler handler, CancellationToken cancellation)
    {
        var added = new InMemorySubscription(subscription.Topic, handler, Remove, time, logger);
        lock (gate)
        {
            if (closed)
            {
                throw BrokerException.Closed();
            }

            subscriptions = [.. subscriptions, added];
        }

        return Task.FromResult<IAsyncDisposable>(added);
    }

    public async ValueTask DisposeAsync()
    {
        InMemorySubscription[] all;
        lock (gate)
        {
            closed = true;
            all = subscriptions;
        }

        await Task.WhenAll(all.Select(one => one.DisposeAsync().AsTask()));
    }

    private async Task HandOutAsync(BrokerMessage message)
    {
        foreach (var subscription in Volatile.Read(ref subscriptions))
        {
            if (subscription.Matches(message.Topic))
            {
                await subscription.StartAsync(message);
            }
        }
    }

    private void Remove(InMemorySubscription subscription)
    {
        lock (gate)
        {
            subscriptions = [.. subscriptions.Where(other => other != subscription)];
        }
    }
}
