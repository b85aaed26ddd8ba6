using Dapr.Common.Serialization;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Turns;

/// <summary>
/// The context of one turn. The code runs from its start; whatever it asks for becomes an action under the next number, and history takes away
/// those that were asked for before. All happens on one thread: an event ends a task, and whoever awaits it goes on inside that call.
/// </summary>
internal sealed partial class TurnContext(
    string name, string? appId, Protocol.WorkflowRequest request, IReadOnlyList<Protocol.HistoryEvent> past, IDaprSerializer serializer, ILoggerFactory loggers) : WorkflowContext
{
    private readonly Dictionary<int, Asked> actions = [];
    private readonly HashSet<int> recorded = NumbersOf(past);
    private readonly Dictionary<int, OpenTask> open = [];
    private readonly RaisedEvents raised = new(serializer);
    private readonly NamedGuids guids = new(request.InstanceId, request.ExecutionId);
    private readonly Patches patches = new(past);
    private int nextId;
    private int thread = Environment.CurrentManagedThreadId;
    private DateTime now;
    private bool isReplaying;
    private object? customStatus;
    private bool isCarryingOver;

    public override string Name => name;

    public override string InstanceId => request.InstanceId;

    public override DateTime CurrentUtcDateTime => now;

    public override bool IsReplaying => isReplaying;

    public IReadOnlyList<string> PatchesTaken => patches.Taken;

    public object? CustomStatus => customStatus;

    /// <summary>The wish to begin anew, if there is one.</summary>
    public Protocol.CompleteWorkflowAction? Continuation { get; private set; }

    /// <summary>What the code asked for and history does not have.</summary>
    public IEnumerable<Protocol.WorkflowAction> Actions => actions.OrderBy(entry => entry.Key).Select(entry => entry.Value.Filled());

    /// <summary>Whether any event could wake the code.</summary>
    public bool IsWaiting => open.Count > 0 || raised.IsAwaited;

    public override bool IsPatched(string patchName)
    {
        Enter();
        return patches.Ask(patchName, isReplaying);
    }

    public override Task<T> CallActivityAsync<T>(string name, object? input = null, WorkflowTaskOptions? options = null)
    {
        Enter();
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (options?.RetryPolicy is not { } policy)
        {
            return CallOnce<T>(name, input, options);
        }

        var first = nextId;
        return RetryAsync(policy, () => CallOnce<T>(name, input, options), fireAt => TimerOrigin.ActivityRetry(fireAt, guids.TaskExecutionId(first, name)));
    }

    public override Task<TResult> CallChildWorkflowAsync<TResult>(string workflowName, object? input = null, ChildWorkflowTaskOptions? options = null)
    {
        Enter();
        ArgumentException.ThrowIfNullOrWhiteSpace(workflowName);
        if (options?.RetryPolicy is not { } policy)
        {
            return RunOnce<TResult>(workflowName, input, options);
        }

        var first = options.InstanceId ?? NewGuid().ToString();
        return RetryAsync(policy, () => RunOnce<TResult>(workflowName, input, options), fireAt => TimerOrigin.ChildRetry(fireAt, first));
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        Enter();
        if (fireAt.Kind != DateTimeKind.Utc)
        {
            throw new ArgumentException("The time of a timer must be in UTC.", nameof(fireAt));
        }

        var source = new TaskCompletionSource();
        var timer = SetTimer(TimerOrigin.Plain(Timestamp.FromDateTime(fireAt)), "", () => source.TrySetResult());
        cancellationToken.Register(() =>
        {
            if (source.TrySetCanceled(cancellationToken))
            {
                Forget(timer);
            }
        });
        return source.Task;
    }

    public override Task<T> WaitForExternalEventAsync<T>(string eventName, CancellationToken cancellationToken = default)
    {
        Enter();
        var wait = raised.Await<T>(eventName);
        cancellationToken.Register(() => wait.GiveUp(cancellationToken));
        return wait.Task;
    }

    public override Task<T> WaitForExternalEventAsync<T>(string eventName, TimeSpan timeout)
    {
        Enter();
        if (timeout == TimeSpan.Zero)
        {
            return Task.FromException<T>(new TaskCanceledException($"Nobody waits for event '{eventName}' without time."));
        }

        EventWait<T>? wait = null;
        var fireAt = timeout < TimeSpan.Zero ? TimerOrigin.Never : Timestamp.FromDateTime(now.Add(timeout));
        var timer = SetTimer(TimerOrigin.Event(fireAt, eventName), eventName, () => wait!.GiveUp(new CancellationToken(canceled: true)));
        wait = raised.Await<T>(eventName);
        return EndTimerAsync(wait.Task, timer);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        Enter();
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        ArgumentException.ThrowIfNullOrWhiteSpace(eventName);
        var action = new Protocol.SendEventAction { Instance = new Protocol.WorkflowInstance { InstanceId = instanceId }, Name = eventName };
        Ask(nextId++, new Protocol.WorkflowAction { SendEvent = action }, () => action.Data = serializer.Serialize(payload));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        Enter();
        this.customStatus = customStatus;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        Enter();
        isCarryingOver = preserveUnprocessedEvents;
        Continuation = new Protocol.CompleteWorkflowAction { WorkflowStatus = Protocol.OrchestrationStatus.ContinuedAsNew, Result = serializer.Serialize(newInput) };
        Ask(nextId++, new Protocol.WorkflowAction { CompleteWorkflow = Continuation }, null);
    }

    public override Guid NewGuid()
    {
        Enter();
        return guids.Next();
    }

    public override PropagatedHistory? GetPropagatedHistory() => PropagatedChunks.Read(request.PropagatedHistory);

    public override ILogger CreateReplaySafeLogger(string categoryName) => new ReplaySafeLogger(loggers.CreateLogger(categoryName), this);

    public override ILogger CreateReplaySafeLogger(System.Type type) => new ReplaySafeLogger(loggers.CreateLogger(type), this);

    public override ILogger CreateReplaySafeLogger<T>() => new ReplaySafeLogger(loggers.CreateLogger<T>(), this);

    /// <summary>The turn is over: what the code still does would be lost.</summary>
    public void Close()
    {
        thread = 0;
        if (isCarryingOver)
        {
            Continuation?.CarryoverEvents.Add(raised.Kept);
        }
    }

    private async Task<T> EndTimerAsync<T>(Task<T> received, OpenTimer timer)
    {
        try
        {
            return await received;
        }
        finally
        {
            Forget(timer);
        }
    }

    private void Forget(OpenTimer timer)
    {
        if (open.GetValueOrDefault(timer.Id) == timer)
        {
            open.Remove(timer.Id);
        }
    }

    private void Enter()
    {
        if (thread != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException($"Workflow '{name}' uses its context outside of its turn. Workflow code may await activities, timers, events and child workflows only.");
        }
    }
}
