namespace Sidecar.PubSub.Sqlite;

/// <summary>One subscription's handler, taking messages from its queue as long as it has room.</summary>
internal sealed class SqliteConsumer : IAsyncDisposable
{
    private readonly SqliteQueue queue;
    private readonly MessageHandler handler;
    private readonly SqlitePubSubSettings settings;
    private readonly Action<SqliteConsumer> forget;
    private readonly ILogger logger;
    private readonly InFlight inFlight;
    private readonly CancellationTokenSource handlers = new();
    private readonly Lazy<Task> ending;

    public SqliteConsumer(SqliteQueue queue, MessageHandler handler, SqlitePubSubSettings settings, Action<SqliteConsumer> forget, TimeProvider time, ILogger logger)
    {
        (this.queue, this.handler, this.settings, this.forget, this.logger) = (queue, handler, settings, forget, logger);
        inFlight = new(time);
        ending = new(EndAsync);
    }

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

    public ValueTask DisposeAsync() => new(ending.Value);

    private async Task EndAsync()
    {
        queue.Retire(this);
        await inFlight.EndAsync(handlers);
        queue.Remove();
        forget(this);
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
