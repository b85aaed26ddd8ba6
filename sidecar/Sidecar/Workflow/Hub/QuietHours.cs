namespace Sidecar.Workflow.Hub;

/// <summary>
/// Gives memory back to the system once there is nothing to do: the collector by itself keeps what a busy hour took for as long as nothing
/// is allocated. Its timer runs only while there is something to do.
/// </summary>
internal sealed class QuietHours : IDisposable
{
    private const long Worthwhile = 64 * 1024 * 1024;

    /// <summary>A heap beyond this takes a pause that somebody who comes just then would feel.</summary>
    private const long Large = 256 * 1024 * 1024;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(4);
    private readonly ITimer timer;
    private long collectedAt;
    private long work;
    private long seen;
    private int isRunning;

    public QuietHours() => timer = TimeProvider.System.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Worked()
    {
        Volatile.Write(ref work, work + 1);
        if (Volatile.Read(ref isRunning) == 0 && Interlocked.Exchange(ref isRunning, 1) == 0)
        {
            timer.Change(Calm, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        var now = Volatile.Read(ref work);
        if (now != seen)
        {
            seen = now;
            timer.Change(Calm, Timeout.InfiniteTimeSpan);
            return;
        }

        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - collectedAt > Worthwhile)
        {
            collectedAt = allocated;
            var mayPause = GC.GetTotalMemory(forceFullCollection: false) < Large;
            GC.Collect(GC.MaxGeneration, mayPause ? GCCollectionMode.Aggressive : GCCollectionMode.Optimized, blocking: mayPause, compacting: mayPause);
        }

        Volatile.Write(ref isRunning, 0);
    }
}
