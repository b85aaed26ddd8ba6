using System.Runtime.ExceptionServices;
using Polly;
using Sidecar.Components;
using Sidecar.Telemetry.Metrics;

namespace Sidecar.Resiliency;

/// <summary>Who hears of policies at work, and whose clock counts.</summary>
internal sealed record PolicyContext(ILogger Log, TimeProvider Time, ResiliencyMetrics? Metrics, string Document, string Namespace);

/// <summary>A policy that does something.</summary>
internal sealed class PipelinePolicy(PolicyContext context, PolicyTarget target, PolicyRules rules, CircuitBreaker? breaker, ResiliencePipeline pipeline) : Policy
{
    public override bool HasRetries => rules.Retry is { MaxRetries: not 0 };

    public override async ValueTask<T> RunAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> work, TState state, CancellationToken cancellation)
    {
        CountExecution();
        var run = new PolicyRun(this, context.Time.GetTimestamp());
        var resilience = ResilienceContextPool.Shared.Get(cancellation);
        run.Enter(resilience);
        try
        {
            var outcome = await pipeline.ExecuteOutcomeAsync(TryOnceAsync<T, TState>, resilience, (run, work, state, HasTimeout: rules.Timeout > TimeSpan.Zero));
            if (outcome.Exception is null)
            {
                if (run.HasRetried)
                {
                    context.Log.LogInformation("Recovered processing operation {Operation} after {Tries} attempts", target.Operation, run.Tries);
                }

                return outcome.Result!;
            }

            Throw(outcome.Exception);
            throw outcome.Exception;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(resilience);
        }
    }

    public void Retrying(Exception? failure, TimeSpan delay)
    {
        Activated(PolicyWords.Retry, "");
        context.Log.LogWarning("Error processing operation {Operation}. Retrying in {Delay}…", target.Operation, GoDuration.Text(delay));
        context.Log.LogDebug("Error for operation {Operation} was: {Reason}", target.Operation, failure?.Message);
    }

    public void Activated(string policy, string status) => context.Metrics?.Activated(Use(policy, status));

    private static async ValueTask<Outcome<T>> TryOnceAsync<T, TState>(
        ResilienceContext resilience,
        (PolicyRun Run, Func<TState, CancellationToken, ValueTask<T>> Work, TState State, bool HasTimeout) call)
    {
        call.Run.Tries++;
        try
        {
            return Outcome.FromResult(await call.Work(call.State, resilience.CancellationToken));
        }
        catch (Exception failure) when (failure is not OperationCanceledException && call.HasTimeout && resilience.CancellationToken.IsCancellationRequested)
        {
            // Drivers have many ways to say that they were cut short; here there is one.
            return Outcome.FromException<T>(new OperationCanceledException(failure.Message, failure, resilience.CancellationToken));
        }
        catch (Exception failure)
        {
            return Outcome.FromException<T>(failure);
        }
    }

    private static void Throw(Exception failure)
    {
        if (failure is PermanentException permanent)
        {
            permanent.Rethrow();
        }

        ExceptionDispatchInfo.Throw(PolicyPipeline.Failure(failure)!);
    }

    private void CountExecution()
    {
        if (context.Metrics is not { } metrics)
        {
            return;
        }

        if (rules.Timeout > TimeSpan.Zero)
        {
            metrics.Executed(Use(PolicyWords.Timeout, ""));
        }

        if (rules.Retry is not null)
        {
            metrics.Executed(Use(PolicyWords.Retry, ""));
        }

        if (breaker is not null)
        {
            metrics.Executed(Use(PolicyWords.Breaker, PolicyWords.Of(breaker.State)));
        }
    }

    private PolicyUse Use(string policy, string status) => new(context.Document, context.Namespace, policy, target.Flow, target.Label, status);
}
