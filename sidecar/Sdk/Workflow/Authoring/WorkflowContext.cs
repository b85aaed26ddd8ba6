using Microsoft.Extensions.Logging;

namespace Dapr.Workflow;

/// <summary>All that a workflow may ask for.</summary>
public abstract class WorkflowContext : IWorkflowContext
{
    /// <summary>A context.</summary>
    protected WorkflowContext()
    {
    }

    /// <summary>The workflow's name.</summary>
    public abstract string Name { get; }

    /// <summary>The instance.</summary>
    public abstract string InstanceId { get; }

    /// <inheritdoc/>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <inheritdoc/>
    public abstract bool IsReplaying { get; }

    /// <inheritdoc/>
    public abstract bool IsPatched(string patchName);

    /// <summary>Has an activity done.</summary>
    public virtual Task CallActivityAsync(string name, object? input = null, WorkflowTaskOptions? options = null) => CallActivityAsync<object>(name, input, options);

    /// <summary>Has an activity done and returns its result.</summary>
    /// <exception cref="WorkflowTaskFailedException">It failed.</exception>
    public abstract Task<T> CallActivityAsync<T>(string name, object? input = null, WorkflowTaskOptions? options = null);

    /// <summary>Ends after a time, whatever happens to the process meanwhile.</summary>
    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken = default) => CreateTimer(CurrentUtcDateTime.Add(delay), cancellationToken);

    /// <summary>Ends at a time, given in UTC.</summary>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>The payload of the next event of a name; events that came before are kept.</summary>
    public abstract Task<T> WaitForExternalEventAsync<T>(string eventName, CancellationToken cancellationToken = default);

    /// <summary>The payload of the next event of a name.</summary>
    /// <exception cref="TaskCanceledException">None came in time.</exception>
    public virtual async Task<T> WaitForExternalEventAsync<T>(string eventName, TimeSpan timeout)
    {
        using var timerEnds = new CancellationTokenSource();
        using var waitEnds = new CancellationTokenSource();
        var timer = CreateTimer(timeout, timerEnds.Token);
        var received = WaitForExternalEventAsync<T>(eventName, waitEnds.Token);
        var isReceived = await Task.WhenAny(timer, received) == received;
        await (isReceived ? timerEnds : waitEnds).CancelAsync();
        return await received;
    }

    /// <summary>Sends an event to another instance.</summary>
    public abstract void SendEvent(string instanceId, string eventName, object payload);

    /// <summary>Says to whoever asks for the state how far the workflow is.</summary>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>Runs another workflow and returns its result.</summary>
    /// <exception cref="WorkflowTaskFailedException">It failed.</exception>
    public abstract Task<TResult> CallChildWorkflowAsync<TResult>(string workflowName, object? input = null, ChildWorkflowTaskOptions? options = null);

    /// <summary>Runs another workflow.</summary>
    public virtual Task CallChildWorkflowAsync(string workflowName, object? input = null, ChildWorkflowTaskOptions? options = null) => CallChildWorkflowAsync<object>(workflowName, input, options);

    /// <summary>A log that is silent while the code repeats what it has done before.</summary>
    public abstract ILogger CreateReplaySafeLogger(string categoryName);

    /// <summary>A log that is silent while the code repeats what it has done before.</summary>
    public abstract ILogger CreateReplaySafeLogger(Type type);

    /// <summary>A log that is silent while the code repeats what it has done before.</summary>
    public abstract ILogger CreateReplaySafeLogger<T>();

    /// <summary>Begins anew with an empty history. Events that nobody waited for go along unless told otherwise.</summary>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <summary>A new id, the same in each replay.</summary>
    public abstract Guid NewGuid();

    /// <summary>What those who called this workflow let it know of their history; null if nothing.</summary>
    public abstract PropagatedHistory? GetPropagatedHistory();
}
