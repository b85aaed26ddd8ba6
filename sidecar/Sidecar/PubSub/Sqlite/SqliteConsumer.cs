namespace Sidecar.PubSub.Sqlite;

/// <summary>One subscription's handler, taking messages from its queue as long as it has room.</summary>
internal sealed class SqliteConsumer(
    SqliteQueue queue, MessageHandler handler, SqlitePubSubSettings settings, Action<SqliteConsumer> forget, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly InFlight inFlight = new(time);
    private readonly CancellationTokenSource handlers = new();

    /// <summary>Kept by the queue, under its lock.</summary>
    public int Running { get; set; }

    public bool HasRoom => Running < settings.MaxInFlight;

    /// <summary>Longer after each failure.</summary>
    public TimeSpan PauseAfter(int failures)
    {
        var pause = settings.RedeliverInterval * Math.Pow(2, Math.Min(failures - 1, 30));
        return pause < settings.LongestInterval ? pause : settings.LongestInterval;
    }

    public void Start(HeldMessage message) => ThreadPool.UnsafeQueueUserWorkItem(
        static work => _ = work.Consumer.HandleAsync(work.Message), (Consumer: this, Message: message), preferLocal: false);

    public async ValueTask DisposeAsync()
    {
        forget(this);
        queue.Retire(this);
        await inFlight.EndAsync(handlers);
        queue.Remove();
    }

    private async Task HandleAsync(HeldMessage held)
    {
        if (!inFlight.TryEnter())
        {
            queue.Finish(this, held, isHandled: false);
            return;
        }

        var isHandled = true;
        try
        {
            await handler(held.Message, handlers.Token);
        }
        catch (Exception failure)
        {
            isHandled = false;
            if (!inFlight.Ended)
            {
                logger.LogError("pubsub.sqlite: handling a message of {Topic}: {Failure}", held.Message.Topic, failure.Message);
            }
        }

        queue.Finish(this, held, isHandled);
        inFlight.Leave();
    }
}
