using Dapr.Workflow;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>Starts the workflows of sagas, tells them events, and waits for their end. Starting one that runs is no failure.</summary>
internal sealed partial class WorkflowStarts(DaprWorkflowClient client, TimeProvider time, ILogger<WorkflowStarts> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Nearby = TimeSpan.FromMilliseconds(100);
    private readonly Recent<Task<bool>> _starting = new();

    /// <summary>Right after the commit, without letting anybody wait; the news of the saga follow and make up for it if this fails.</summary>
    public void Begin(string saga, string sagaId, string runId) => _starting.Keep(sagaId, Try(saga, new SagaRun(sagaId, runId)));

    /// <summary>Whether this process has started it, as far as it remembers.</summary>
    public async Task<bool> HasBegun(string sagaId) => _starting.Forget(sagaId) is { } started && await started;

    /// <summary>Throws what time mends.</summary>
    public async Task Raise(string sagaId, string name, object payload, CancellationToken cancellation)
    {
        using var limit = Limited(cancellation);
        try
        {
            await client.RaiseEventAsync(sagaId, name, payload, limit.Token);
        }
        catch (RpcException problem)
        {
            throw new IOException($"The workflow of saga {sagaId} could not be told {name}: {problem.StatusCode}", problem);
        }
    }

    /// <summary>Right after the commit, without letting anybody wait; a message says it again.</summary>
    public async void Tell(string sagaId, string name, object payload)
    {
        try
        {
            await Raise(sagaId, name, payload, CancellationToken.None);
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException)
        {
            LogToldLater(sagaId, name, problem.Message);
        }
    }

    /// <summary>Whether the sidecar has a workflow of this saga that has not ended.</summary>
    public async Task<bool> IsAlive(string sagaId, CancellationToken cancellation)
    {
        using var limit = Limited(cancellation);
        try
        {
            return await client.GetWorkflowStateAsync(sagaId, getInputsAndOutputs: false, limit.Token) is { Exists: true, IsWorkflowCompleted: false };
        }
        catch (RpcException problem)
        {
            throw new IOException($"The state of the workflow of saga {sagaId} is not known: {problem.StatusCode}", problem);
        }
    }

    /// <summary>Ends when the workflow has ended, or with the patience. Most ends are told within this process, so the sidecar is not asked at once.</summary>
    public async Task Ended(string sagaId, TimeSpan patience, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            for (var wait = Nearby; ; wait *= 2)
            {
                await Task.Delay(wait, time, both.Token);
                try
                {
                    await client.WaitForWorkflowCompletionAsync(sagaId, getInputsAndOutputs: false, both.Token);
                    return;
                }
                catch (InvalidOperationException)
                {
                    // It was accepted and has not been started yet.
                }
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or RpcException)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, both.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns once the workflow runs, started by whomever. Throws what time mends.</summary>
    public async Task Start(string saga, SagaRun run, CancellationToken cancellation)
    {
        using var limit = Limited(cancellation);
        try
        {
            await client.ScheduleNewWorkflowAsync(saga, run.SagaId, run, startTime: (DateTimeOffset?)null, limit.Token);
        }
        catch (Exception problem) when (problem is RpcException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // What is active already is refused; so is what merely failed. Its state tells which.
            if (problem is not RpcException || !await IsAlive(run.SagaId, cancellation))
            {
                throw new IOException($"The workflow of saga {run.SagaId} could not be started now: {(problem as RpcException)?.StatusCode.ToString() ?? "no answer"}", problem);
            }
        }
    }

    private async Task<bool> Try(string saga, SagaRun run)
    {
        try
        {
            await Start(saga, run, CancellationToken.None);
            return true;
        }
        catch (IOException problem)
        {
            LogLater(run.SagaId, problem.Message);
            return false;
        }
    }

    private static CancellationTokenSource Limited(CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        return limit;
    }

    [LoggerMessage(LogLevel.Information, "Saga {SagaId} will be told {Name} by a message: {Reason}")]
    private partial void LogToldLater(string sagaId, string name, string reason);

    [LoggerMessage(LogLevel.Warning, "Saga {SagaId} was accepted, and will be started by the news of it: {Reason}")]
    private partial void LogLater(string sagaId, string reason);
}
