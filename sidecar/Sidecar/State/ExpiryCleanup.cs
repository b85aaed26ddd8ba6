namespace Sidecar.State;

/// <summary>
/// Lets a store remove its expired rows an interval after it started or wrote a row that can expire, and every interval from then on
/// as long as such rows remain. With nothing that can expire no timer runs.
/// </summary>
/// <param name="remove">Answers whether rows are left that can expire.</param>
internal sealed class ExpiryCleanup(TimeSpan interval, TimeProvider time, ILogger logger, Func<CancellationToken, Task<bool>> remove) : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private ITimer? timer;
    private Task current = Task.CompletedTask;
    private int isScheduled;

    public void Start()
    {
        if (interval > TimeSpan.Zero)
        {
            timer = time.CreateTimer(_ => current = CleanAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Expect();
        }
    }

    /// <summary>Something that can expire is there.</summary>
    public void Expect()
    {
        if (timer is not null && Volatile.Read(ref isScheduled) == 0 && Interlocked.Exchange(ref isScheduled, 1) == 0)
        {
            timer.Change(interval, Timeout.InfiniteTimeSpan);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        if (timer is not null)
        {
            await timer.DisposeAsync();
        }

        await current;
        stopping.Dispose();
    }

    private async Task CleanAsync()
    {
        Volatile.Write(ref isScheduled, 0);
        var more = true;
        try
        {
            more = await remove(stopping.Token);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error)
        {
            logger.LogError("Error removing expired data: {Error}", error.Message);
        }

        if (more)
        {
            Expect();
        }
    }
}
