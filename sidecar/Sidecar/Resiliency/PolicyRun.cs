using Polly;

namespace Sidecar.Resiliency;

/// <summary>One call through a policy, with all its tries.</summary>
internal sealed class PolicyRun(PipelinePolicy policy, long started)
{
    private static readonly ResiliencePropertyKey<PolicyRun> Key = new("run");

    private bool hasTimedOut;

    public int Tries { get; set; }

    public bool HasRetried { get; private set; }

    /// <summary>The pause before the next try, decided together with whether there is one.</summary>
    public TimeSpan NextDelay { get; private set; }

    public static PolicyRun Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);

    public void Enter(ResilienceContext context) => context.Properties.Set(Key, this);

    public bool WantsRetry(RetryRule rule, Exception? failure, int retry, TimeProvider time)
    {
        if (failure is null || IsFinal(rule, failure) || rule.Delay(retry, time.GetElapsedTime(started), Random.Shared.NextDouble()) is not { } delay)
        {
            return false;
        }

        NextDelay = delay;
        return true;
    }

    public void Retrying(Exception? failure)
    {
        if (!HasRetried)
        {
            HasRetried = true;
            policy.Retrying(failure, NextDelay);
        }
    }

    public void TimedOut()
    {
        if (!hasTimedOut)
        {
            hasTimedOut = true;
            policy.Activated(PolicyWords.Timeout, "");
        }
    }

    public void BreakerChanged(BreakerState state) => policy.Activated(PolicyWords.Breaker, PolicyWords.Of(state));

    private static bool IsFinal(RetryRule rule, Exception failure) => failure switch
    {
        PermanentException or CircuitOpenException => true,
        State.StateException { Failure: not State.StateFailure.Refused, IsFinal: true } => true,
        AppStatusException status => !rule.Matching.Match(status.Status),
        _ => false,
    };
}
