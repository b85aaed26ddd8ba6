namespace Sidecar.Tests.Bindings;

/// <summary>A clock that a test moves by hand. Timers ring, on the test's thread, at the time that they were set to.</summary>
internal sealed class SteppedTime(DateTimeOffset start, TimeZoneInfo? zone = null) : TimeProvider
{
    private readonly List<Timer> timers = [];
    private DateTimeOffset now = start;

    public override TimeZoneInfo LocalTimeZone => zone ?? TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that wait for something.</summary>
    public int Waiting => timers.Count(timer => timer.Due is not null);

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Step(TimeSpan by)
    {
        var until = now + by;
        while (timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due) is { } timer)
        {
            now = timer.Due!.Value > now ? timer.Due.Value : now;
            timer.Ring();
        }

        now = until;
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

        public void Dispose() => time.timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
