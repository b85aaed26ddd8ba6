using Polly;

namespace Sidecar.Resiliency;

/// <summary>A <see cref="CircuitBreaker"/> inside a pipeline of Polly, whose own breakers know ratios and no counts.</summary>
internal sealed class BreakerStrategy(CircuitBreaker breaker) : ResilienceStrategy
{
    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state)
    {
        var before = breaker.State;
        if (breaker.Enter(out var ticket) is { } refusal)
        {
            return Outcome.FromException<TResult>(refusal);
        }

        var outcome = await callback(context, state);
        breaker.Leave(ticket, outcome.Exception is null);
        if (breaker.State is var after && after != before)
        {
            PolicyRun.Of(context).BreakerChanged(after);
        }

        return outcome;
    }
}
