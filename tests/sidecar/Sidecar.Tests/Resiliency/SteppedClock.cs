using System.Threading.Channels;

namespace Sidecar.Tests.Resiliency;

/// <summary>A clock that stands still until somebody sets it forward; waiting on it takes no time.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<SteppedTimer> timers = [];
    private readonly Channel<SteppedTimer> started = Channel.CreateUnbounded<SteppedTimer>();
    private TimeSpan now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SteppedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        List<SteppedTimer> due;
        lock (gate)
        {
            now += by;
            due = timers.FindAll(timer => timer.Due <= now);
            timers.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Fire());
    }

    /// <summary>Lets whatever <paramref name="running"/> waits for happen at once, until it ends; tells how long each wait was.</summary>
    public async Task<List<TimeSpan>> SkipWaitsAsync(Task running)
    {
        var waits = new List<TimeSpan>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!running.IsCompleted)
        {
            var next = started.Reader.ReadAsync(limit.Token).AsTask();
            if (await Task.WhenAny(running, next) == running)
            {
                break;
            }

            var timer = await next;
            lock (gate)
            {
                if (!timers.Contains(timer))
                {
                    continue;
                }
            }

            waits.Add(timer.Due - now);
            Advance(timer.Due - now);
        }

        return waits;
    }

    private sealed class SteppedTimer(SteppedClock clock, Action fire) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    return true;
                }

                Due = clock.now + dueTime;
                clock.timers.Add(this);
            }

            clock.started.Writer.TryWrite(this);
            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
