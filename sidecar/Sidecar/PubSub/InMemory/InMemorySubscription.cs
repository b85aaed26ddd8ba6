namespace Sidecar.PubSub.InMemory;

/// <summary>One handler and the turn that messages wait for. A topic that ends in * takes every longer topic that begins alike.</summary>
internal sealed class InMemorySubscription(
    string topic, MessageHandler handler, Action<InMemorySubscription> remove, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly InFlight inFlight = new(time);
    private readonly CancellationTokenSource handlers = new();

    public bool Matches(string published) =>
        published == topic
        || (topic is [.. var prefix, '*'] && published.Length > prefix.Length && published.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Returns when the handler has been set to work, not when it is done.</summary>
    public async ValueTask StartAsync(BrokerMessage message)
    {
        await turn.WaitAsync();
        if (!inFlight.TryEnter())
        {
            turn.Release();
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static work => _ = work.Subscription.HandleAsync(work.Message), (Subscription: this, Message: message), preferLocal: false);
    }

    public async ValueTask DisposeAsync()
    {
        remove(this);
        await inFlight.EndAsync(handlers);
    }

    private async Task HandleAsync(BrokerMessage message)
    {
        try
        {
            await handler(message with { Topic = topic }, handlers.Token);
        }
        catch (Exception failure)
        {
            logger.LogError("{Failure}", failure.Message);
        }
        finally
        {
            inFlight.Leave();
            turn.Release();
        }
    }
}
