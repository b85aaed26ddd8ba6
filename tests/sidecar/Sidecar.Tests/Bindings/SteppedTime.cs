namespace Sidecar.Tests.Bindings;

/// <summary>A clock that a test moves by hand. Timers ring, on the test's thread, at the time that they were set to.</summary>
internal sealed class SteppedTime(DateTimeOffset start, TimeZoneInfo? zone = null) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];
    private DateTimeOffset now = start;

    public override TimeZoneInfo LocalTimeZone => zone ?? TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that wait for something.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return timers.Count(timer => timer.Due is not null);
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (gate)
        {
            timers.Add(timer);
        }

        return timer;
    }

    public void Step(TimeSpan by)
    {
        var until = now + by;
        while (Next(until) is { } timer)
        {
            now = timer.Due!.Value > now ? timer.Due.Value : now;
            timer.Ring();
        }

        now = until;
    }

    private Timer? Next(DateTimeOffset until)
    {
        lock (gate)
        {
            return timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
        }
    }

    private void Remove(Timer timer)
    {
        lock (gate)
        {
            timers.Remove(timer);
        }
    }

    private sealed class Timer(SteppedTime time, Action ring) : ITimer
    {
        public DateTimeOffset? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? null : time.now + dueTime;
            return true;
        }

        public void Ring()
        {
            Due = null;
            ring();
        }

        public void Dispose() => time.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
