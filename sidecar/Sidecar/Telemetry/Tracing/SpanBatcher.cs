namespace Sidecar.Telemetry.Tracing;

/// <summary>
/// Gathers ended spans for one exporter and sends them after a while or when there are enough. A call only ever adds to a list;
/// what the exporter is too slow for is dropped.
/// </summary>
public sealed class SpanBatcher : IAsyncDisposable
{
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenComplaints = TimeSpan.FromMinutes(1);
    private readonly ISpanExporter exporter;
    private readonly BatchSettings settings;
    private readonly ILogger log;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private List<Span> waiting = [];
    private Task sending = Task.CompletedTask;
    private bool isSending;
    private int dropped;
    private long? toldDropped;
    private bool isFailing;
    private bool isClosed;

    public SpanBatcher(ISpanExporter exporter, BatchSettings settings, TimeProvider time, ILogger log)
    {
        this.exporter = exporter;
        this.settings = settings;
        this.time = time;
        this.log = log;
        timer = time.CreateTimer(static self => ((SpanBatcher)self!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(Span span)
    {
        lock (gate)
        {
            if (waiting.Count >= settings.QueueSize || isClosed)
            {
                dropped++;
                return;
            }

            waiting.Add(span);
            if (isSending)
            {
                return;
            }

            if (waiting.Count >= settings.Size)
            {
                Send();
            }
            else if (waiting.Count == 1)
            {
                timer.Change(settings.Delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Sends what is there, and waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            isClosed = true;
        }

        await timer.DisposeAsync();
        await sending;
        while (Take(least: 1) is { } batch)
        {
            await ExportAsync(batch, settings.Timeout < LongestFarewell ? settings.Timeout : LongestFarewell);
        }

        exporter.Dispose();
    }

    private void Due()
    {
        lock (gate)
        {
            if (!isSending && !isClosed)
            {
                Send();
            }
        }
    }

    private void Send()
    {
        isSending = true;

        // The call whose span filled the batch has nothing to do with what is sent, nor with what is logged meanwhile.
        using var alone = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        sending = Task.Run(SendAsync);
    }

    private async Task SendAsync()
    {
        for (var batch = Take(least: 1); batch is not null; batch = Take(settings.Size))
        {
            await ExportAsync(batch, settings.Timeout);
        }
    }

    /// <summary>Null when there are fewer than that; then the rest waits for its time.</summary>
    private List<Span>? Take(int least)
    {
        lock (gate)
        {
            if (waiting.Count < least)
            {
                isSending = false;
                if (waiting.Count > 0 && !isClosed)
                {
                    timer.Change(settings.Delay, Timeout.InfiniteTimeSpan);
                }

                return null;
            }

            var batch = waiting;
            waiting = [];
            if (batch.Count > settings.Size)
            {
                waiting.AddRange(batch[settings.Size..]);
                batch.RemoveRange(settings.Size, batch.Count - settings.Size);
            }

            return batch;
        }
    }

    private async Task ExportAsync(List<Span> batch, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        try
        {
            await exporter.ExportAsync(batch, limit.Token);
            if (isFailing)
            {
                log.LogInformation("spans reach {Target} again", exporter.Target);
            }

            isFailing = false;
            TellDropped();
        }
        catch (Exception problem)
        {
            if (!isFailing)
            {
                log.LogWarning("spans do not reach {Target} and are dropped: {Reason}", exporter.Target, problem.Message);
            }

            isFailing = true;
        }
    }

    /// <summary>Once in a while, as long as it goes on.</summary>
    private void TellDropped()
    {
        if (dropped == 0 || (toldDropped is { } told && time.GetElapsedTime(told) < BetweenComplaints && !isClosed))
        {
            return;
        }

        toldDropped = time.GetTimestamp();
        log.LogWarning("{Count} spans were dropped: {Target} is too slow for them", Interlocked.Exchange(ref dropped, 0), exporter.Target);
    }
}
