using System.Threading.Channels;

namespace Sidecar.PubSub.Delivery;

/// <summary>
/// Gathers single messages of a broker into batches: until there are enough of them, or until the first one has waited long enough.
/// One batch is handled after the other. Nothing runs while there are no messages.
/// </summary>
internal sealed class BulkCollector
{
    private const int DefaultCount = 100;
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(1);
    private readonly Channel<BulkEntry> waiting = Channel.CreateUnbounded<BulkEntry>();
    private readonly int count;
    private readonly TimeSpan wait;
    private readonly Func<IReadOnlyList<BulkEntry>, ValueTask> handle;
    private readonly TimeProvider time;
    private readonly CancellationToken stopping;

    public BulkCollector(Subscriptions.BulkSubscribeSpec spec, Func<IReadOnlyList<BulkEntry>, ValueTask> handle, TimeProvider time, CancellationToken stopping)
    {
        count = spec.MaxMessagesCount > 0 ? spec.MaxMessagesCount : DefaultCount;
        wait = spec.MaxAwaitDurationMs > 0 ? TimeSpan.FromMilliseconds(spec.MaxAwaitDurationMs) : DefaultWait;
        (this.handle, this.time, this.stopping) = (handle, time, stopping);
        Collecting = CollectAsync();
    }

    /// <summary>Ends when everything has been handled that came before the stop.</summary>
    public Task Collecting { get; }

    /// <summary>A message handler of a broker: returns when the batch with this message has been handled.</summary>
    public async ValueTask HandleAsync(BrokerMessage message, CancellationToken cancellation)
    {
        var entry = new BulkEntry(message);
        if (!waiting.Writer.TryWrite(entry))
        {
            throw new OperationCanceledException("the subscription stops");
        }

        await entry.Settled.WaitAsync(cancellation);
    }

    private async Task CollectAsync()
    {
        await using var end = stopping.UnsafeRegister(static writer => ((ChannelWriter<BulkEntry>)writer!).TryComplete(), waiting.Writer);
        while (await waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var batch = new List<BulkEntry>();
            using var window = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var closing = Task.Delay(wait, time, window.Token);
            while (!IsFull(batch) && await OpenAsync(closing))
            {
            }

            await window.CancelAsync();
            await SettleAsync(batch);
        }
    }

    /// <summary>Takes what is there; true when the batch has no place left.</summary>
    private bool IsFull(List<BulkEntry> batch)
    {
        while (batch.Count < count && waiting.Reader.TryRead(out var entry))
        {
            batch.Add(entry);
        }

        return batch.Count >= count;
    }

    private async Task<bool> OpenAsync(Task closing)
    {
        var more = waiting.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        return await Task.WhenAny(more, closing) == more && await more;
    }

    private async Task SettleAsync(List<BulkEntry> batch)
    {
        try
        {
            await handle(batch);
            foreach (var entry in batch)
            {
                entry.Settle(entry.Failure);
            }
        }
        catch (Exception problem)
        {
            // Each message of the batch tells its broker.
            foreach (var entry in batch)
            {
                entry.Settle(problem);
            }
        }
    }
}
