namespace Sidecar.Testing;

/// <summary>A clock that stands still until a test moves it. Timers ring on the thread that moves it, each at the time that it was set to.</summary>
public sealed class TestClock(DateTimeOffset start) : TimeProvider
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(2);
    private readonly Lock gate = new();
    private readonly HashSet<TestTimer> waiting = [];
    private DateTimeOffset now = start;

    public TestClock()
        : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that wait for something.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TestTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Returns when every timer that became due has rung, also those that were set meanwhile.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var until = GetUtcNow() + by;
        while (Next(until) is { } timer)
        {
            timer.Ring();
        }

        lock (gate)
        {
            now = until > now ? until : now;
        }
    }

    /// <summary>
    /// Moves step by step until something has happened, with a breath of real time after each step for the work that it set off.
    /// Throws <see cref="TimeoutException"/> when it did not happen within <paramref name="within"/>, half a minute of real time unless told.
    /// </summary>
    public Task AdvanceUntil(Func<bool> happened, TimeSpan? step = null, TimeSpan? within = null) => AdvanceUntil(happened, static () => true, step, within);

    internal async Task AdvanceUntil(Func<bool> happened, Func<bool> isIdle, TimeSpan? step, TimeSpan? within)
    {
        var limit = within ?? Patience.Default;
        var started = System.GetTimestamp();
        while (!happened())
        {
            if (System.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"it did not happen within {limit.TotalSeconds:0.###} s, while the clock went on to {GetUtcNow():u}");
            }

            if (isIdle())
            {
                Advance(step ?? TimeSpan.FromSeconds(1));
            }

            await Task.Delay(Breath, System);
        }
    }

    private TestTimer? Next(DateTimeOffset until)
    {
        lock (gate)
        {
            var next = waiting.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
            if (next is not null)
            {
                now = next.Due > now ? next.Due : now;
                Rearm(next);
            }

            return next;
        }
    }

    private void Rearm(TestTimer timer)
    {
        if (timer.Period > TimeSpan.Zero)
        {
            timer.Due += timer.Period;
        }
        else
        {
            waiting.Remove(timer);
        }
    }

    private sealed class TestTimer(TestClock clock, TimerCallback callback, object? state) : ITimer
    {
        private readonly ExecutionContext? context = ExecutionContext.Capture();
        private bool isDisposed;

        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.waiting.Remove(this);
                if (isDisposed)
                {
                    return false;
                }

                Period = period;
                Due = clock.now + dueTime;
                if (dueTime > TimeSpan.Zero)
                {
                    clock.waiting.Add(this);
                }
                else if (dueTime == TimeSpan.Zero)
                {
                    clock.waiting.Add(this);
                    clock.Rearm(this);
                    ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.Ring(), this, preferLocal: false);
                }

                return true;
            }
        }

        public void Ring()
        {
            if (context is null)
            {
                callback(state);
            }
            else
            {
                ExecutionContext.Run(context, static timer => ((TestTimer)timer!).RingHere(), this);
            }
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                isDisposed = true;
                clock.waiting.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void RingHere() => callback(state);
    }
}
