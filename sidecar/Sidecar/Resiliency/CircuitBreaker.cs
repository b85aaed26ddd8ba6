namespace Sidecar.Resiliency;

/// <summary>What a breaker knows about the calls of its present state.</summary>
public readonly record struct BreakerCounts(long Requests, long TotalSuccesses, long TotalFailures, long ConsecutiveSuccesses, long ConsecutiveFailures);

public enum BreakerState
{
    Closed,
    HalfOpen,
    Open,
}

/// <summary>
/// Lets calls through (closed), keeps them away for a while after too many failures (open), then tries out a few (half-open). Only
/// calls that began in the present state count.
/// </summary>
public sealed class CircuitBreaker
{
    private readonly BreakerRule rule;
    private readonly TimeProvider time;
    private readonly long started;
    private readonly Lock gate = new();
    private BreakerState state;
    private BreakerCounts counts;
    private long generation;
    private TimeSpan? expiry;

    public CircuitBreaker(string name, BreakerRule rule, TimeProvider time)
    {
        Name = name;
        this.rule = rule;
        this.time = time;
        started = time.GetTimestamp();
        Begin(BreakerState.Closed, TimeSpan.Zero);
    }

    public string Name { get; }

    /// <summary>Called with the old and the new state, outside of any lock.</summary>
    public Action<BreakerState, BreakerState>? Changed { get; init; }

    public BreakerState State
    {
        get
        {
            BreakerState before, now;
            lock (gate)
            {
                before = state;
                now = Refresh(Now);
            }

            Tell(before, now);
            return now;
        }
    }

    private TimeSpan Now => time.GetElapsedTime(started);

    /// <summary>Null when the call may be made; it is then reported to <see cref="Leave"/> with <paramref name="ticket"/>.</summary>
    public CircuitOpenException? Enter(out long ticket)
    {
        BreakerState before, now;
        CircuitOpenException? refusal = null;
        lock (gate)
        {
            before = state;
            now = Refresh(Now);
            ticket = generation;
            if (now is BreakerState.Open)
            {
                refusal = new CircuitOpenException();
            }
            else if (now is BreakerState.HalfOpen && counts.Requests >= rule.MaxRequests)
            {
                refusal = new CircuitOpenException(isTryingOut: true);
            }
            else
            {
                counts = counts with { Requests = counts.Requests + 1 };
            }
        }

        Tell(before, now);
        return refusal;
    }

    public void Leave(long ticket, bool succeeded)
    {
        BreakerState before, refreshed, after;
        lock (gate)
        {
            var now = Now;
            before = state;
            refreshed = Refresh(now);
            if (ticket == generation)
            {
                Count(succeeded, now);
            }

            after = state;
        }

        Tell(before, refreshed);
        Tell(refreshed, after);
    }

    private void Count(bool succeeded, TimeSpan now)
    {
        if (succeeded)
        {
            counts = counts with
            {
                TotalSuccesses = counts.TotalSuccesses + 1,
                ConsecutiveSuccesses = counts.ConsecutiveSuccesses + 1,
                ConsecutiveFailures = 0,
            };
            if (state is BreakerState.HalfOpen && counts.ConsecutiveSuccesses >= rule.MaxRequests)
            {
                Begin(BreakerState.Closed, now);
            }
        }
        else if (state is BreakerState.HalfOpen)
        {
            Begin(BreakerState.Open, now);
        }
        else
        {
            counts = counts with
            {
                TotalFailures = counts.TotalFailures + 1,
                ConsecutiveFailures = counts.ConsecutiveFailures + 1,
                ConsecutiveSuccesses = 0,
            };
            if (rule.Trip(counts))
            {
                Begin(BreakerState.Open, now);
            }
        }
    }

    private BreakerState Refresh(TimeSpan now)
    {
        if (expiry < now)
        {
            Begin(state is BreakerState.Open ? BreakerState.HalfOpen : state, now);
        }

        return state;
    }

    private void Begin(BreakerState next, TimeSpan now)
    {
        state = next;
        generation++;
        counts = default;
        expiry = next switch
        {
            BreakerState.Open => now + rule.Timeout,
            BreakerState.Closed when rule.Interval > TimeSpan.Zero => now + rule.Interval,
            _ => null,
        };
    }

    private void Tell(BreakerState from, BreakerState to)
    {
        if (from != to)
        {
            Changed?.Invoke(from, to);
        }
    }
}
