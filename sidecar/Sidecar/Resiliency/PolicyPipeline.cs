using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Sidecar.Resiliency;

/// <summary>The policies that one target has at most one of each.</summary>
internal sealed record PolicyRules(TimeSpan Timeout, RetryRule? Retry, BreakerRule? Breaker)
{
    public bool IsEmpty => Timeout <= TimeSpan.Zero && Retry is null && Breaker is null;
}

/// <summary>Builds retry(breaker(timeout(call))).</summary>
internal static class PolicyPipeline
{
    /// <summary>Longer than any timer goes; nobody waits for it either.</summary>
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(40);

    public static ResiliencePipeline Build(PolicyRules rules, CircuitBreaker? breaker, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (rules.Retry is { MaxRetries: not 0 } retry)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = retry.MaxRetries < 0 ? int.MaxValue : retry.MaxRetries,
                ShouldHandle = args => new ValueTask<bool>(!args.Context.CancellationToken.IsCancellationRequested && PolicyRun.Of(args.Context).WantsRetry(retry, Failure(args.Outcome.Exception), args.AttemptNumber, time)),
                DelayGenerator = static args => new ValueTask<TimeSpan?>(PolicyRun.Of(args.Context).NextDelay),
                OnRetry = static args =>
                {
                    PolicyRun.Of(args.Context).Retrying(Failure(args.Outcome.Exception));
                    return default;
                },
            });
        }

        if (breaker is not null)
        {
            builder.AddStrategy(_ => new BreakerStrategy(breaker), new BreakerOptions());
        }

        if (rules.Timeout > TimeSpan.Zero)
        {
            var timeout = rules.Timeout < LongestTimeout ? rules.Timeout : LongestTimeout;
            builder.AddTimeout(new TimeoutStrategyOptions
            {
                TimeoutGenerator = _ => new ValueTask<TimeSpan>(timeout),
                OnTimeout = static args =>
                {
                    PolicyRun.Of(args.Context).TimedOut();
                    return default;
                },
            });
        }

        return builder.Build();
    }

    /// <summary>What a caller, and a reader of the log, should see in place of Polly's own.</summary>
    public static Exception? Failure(Exception? exception) =>
        exception is TimeoutRejectedException ? new TimeoutException(Policy.DeadlineExceeded) : exception;

    private sealed class BreakerOptions : ResilienceStrategyOptions;
}
