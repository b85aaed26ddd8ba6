namespace Sidecar.Workflow.Hub.Live;

/// <summary>Something that is to happen at a time of the wall clock.</summary>
internal sealed class DueTimer(long due, Action fire)
{
    public long Due => due;

    public bool IsOver { get; private set; }

    public void Cancel() => IsOver = true;

    public void Fire()
    {
        IsOver = true;
        fire();
    }
}

/// <summary>
/// All timers of a hub behind one of the system's, which is set for the next that is due and not at all without any. It rings at least
/// every so often: a wall clock that was put forward is noticed then.
/// </summary>
internal sealed class DueTimers : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private readonly PriorityQueue<DueTimer, long> queue = new();
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private long armedFor = long.MaxValue;
    private long armedUntil = long.MaxValue;
    private int cancelled;

    /// <param name="ring">Lets <see cref="Fire"/> be called on the loop.</param>
    public DueTimers(TimeProvider time, Action ring)
    {
        this.time = time;
        timer = time.CreateTimer(_ => ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count => queue.Count - cancelled;

    public DueTimer Add(long due, Action fire)
    {
        var entry = new DueTimer(due, fire);
        queue.Enqueue(entry, due);
        return entry;
    }

    public void Cancel(DueTimer entry)
    {
        if (entry.IsOver)
        {
            return;
        }

        entry.Cancel();
        if (++cancelled > 64 && cancelled > queue.Count / 2)
        {
            Compact();
        }
    }

    /// <summary>Fires what is due.</summary>
    public void Fire()
    {
        armedFor = long.MaxValue;
        armedUntil = long.MaxValue;
        var now = time.GetUtcNow().UtcTicks;
        while (queue.TryPeek(out var entry, out var due) && (entry.IsOver || due <= now))
        {
            queue.Dequeue();
            if (entry.IsOver)
            {
                cancelled--;
            }
            else
            {
                entry.Fire();
            }
        }
    }

    /// <summary>To be called when timers may have been added.</summary>
    public void Arm()
    {
        while (queue.TryPeek(out var first, out _) && first.IsOver)
        {
            queue.Dequeue();
            cancelled--;
        }

        if (!queue.TryPeek(out _, out var next))
        {
            return;
        }

        // What is due already, because the wall clock was put forward, does not wait for the next ring.
        var now = time.GetUtcNow().UtcTicks;
        if (next >= armedFor && next > now)
        {
            return;
        }

        var wait = TimeSpan.FromTicks(Math.Clamp(next - now, 0, LongestWait.Ticks));
        var until = time.GetElapsedTime(0).Ticks + wait.Ticks;
        armedFor = next;
        if (until < armedUntil)
        {
            armedUntil = until;
            timer.Change(RoundedUp(wait), Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => timer.Dispose();

    /// <summary>Timers of the system count whole milliseconds and would ring too early.</summary>
    private static TimeSpan RoundedUp(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private void Compact()
    {
        var left = queue.UnorderedItems.Where(item => !item.Element.IsOver).ToList();
        queue.Clear();
        foreach (var (entry, due) in left)
        {
            queue.Enqueue(entry, due);
        }

        cancelled = 0;
    }
}
