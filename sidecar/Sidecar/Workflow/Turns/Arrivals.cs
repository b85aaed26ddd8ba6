using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Sidecar.Workflow.Turns;

/// <summary>The events that come to an inbox from outside. Those of callers should have times that only grow.</summary>
internal static class Arrivals
{
    public static HistoryEvent Raised(string name, string? input, Timestamp now) =>
        new() { EventId = -1, Timestamp = now, EventRaised = new EventRaisedEvent { Name = name, Input = input } };

    public static HistoryEvent Terminated(string? output, bool recurse, Timestamp now) =>
        new() { EventId = -1, Timestamp = now, ExecutionTerminated = new ExecutionTerminatedEvent { Input = output, Recurse = recurse } };

    public static HistoryEvent Suspended(string? reason, Timestamp now) =>
        new() { EventId = -1, Timestamp = now, ExecutionSuspended = new ExecutionSuspendedEvent { Input = Given(reason) } };

    public static HistoryEvent Resumed(string? reason, Timestamp now) =>
        new() { EventId = -1, Timestamp = now, ExecutionResumed = new ExecutionResumedEvent { Input = Given(reason) } };

    /// <summary>TaskCompleted or, when the answer has failure details, TaskFailed.</summary>
    public static HistoryEvent TaskEnded(ScheduledActivity activity, ActivityResponse response, Timestamp now)
    {
        var ended = new HistoryEvent { EventId = -1, Timestamp = now, Router = activity.Router };
        if (response.FailureDetails is { } failure)
        {
            ended.TaskFailed = new TaskFailedEvent { TaskScheduledId = activity.TaskId, FailureDetails = failure, TaskExecutionId = activity.Request.TaskExecutionId };
        }
        else
        {
            ended.TaskCompleted = new TaskCompletedEvent { TaskScheduledId = activity.TaskId, Result = response.Result, TaskExecutionId = activity.Request.TaskExecutionId };
        }

        return ended;
    }

    /// <summary>A TaskFailed that no worker sent: an activity that could not be asked of anybody.</summary>
    public static HistoryEvent TaskRefused(ScheduledActivity activity, string errorType, string message, Timestamp now) =>
        TaskEnded(activity, new ActivityResponse { FailureDetails = new TaskFailureDetails { ErrorType = errorType, ErrorMessage = message } }, now);

    public static HistoryEvent Fired(TimerToSet timer, Timestamp now) =>
        new() { EventId = -1, Timestamp = now, TimerFired = new TimerFiredEvent { FireAt = timer.FireAt, TimerId = timer.TimerId } };

    /// <summary>ChildWorkflowInstanceFailed for a child whose id is taken, or whose app is another.</summary>
    public static HistoryEvent ChildRefused(ChildToStart child, Timestamp now)
    {
        var details = child.TargetAppId is { } target
            ? new TaskFailureDetails { ErrorType = "WorkflowNotReachable", ErrorMessage = $"workflow '{child.Started.ExecutionStarted.Name}' is of app '{target}', and this sidecar runs its own app's only" }
            : new TaskFailureDetails { ErrorType = "WorkflowInstanceAlreadyExists", ErrorMessage = $"an active workflow with ID '{child.InstanceId}' already exists" };
        var failed = new ChildWorkflowInstanceFailedEvent { TaskScheduledId = child.TaskId, FailureDetails = details };
        return new HistoryEvent { EventId = -1, Timestamp = now, ChildWorkflowInstanceFailed = failed };
    }

    /// <summary>
    /// What a turn is made of: without repeated results (the first one counts) and what nobody awaits, and with a router on the start, from
    /// which .NET workers learn their own app id.
    /// </summary>
    internal static List<HistoryEvent> Sift(InstanceState state, IReadOnlyList<HistoryEvent> inbox)
    {
        var events = new List<HistoryEvent>(inbox.Count + 1);
        HashSet<int>? ended = null;
        var started = false;
        foreach (var arrival in inbox)
        {
            if (!state.Wants(arrival) || (Resolves(arrival) is { } id && !(ended ??= []).Add(id)))
            {
                continue;
            }

            if (arrival.EventTypeCase != Kind.ExecutionStarted)
            {
                events.Add(arrival);
            }
            else if (!started)
            {
                started = true;
                events.Add(arrival.Router is null ? Routed(arrival, state.AppId) : arrival);
            }
        }

        return events;
    }

    /// <summary>The id of the activity, timer or child whose end this is; null for any other event.</summary>
    internal static int? Resolves(HistoryEvent arrival) => arrival.EventTypeCase switch
    {
        Kind.TaskCompleted => arrival.TaskCompleted.TaskScheduledId,
        Kind.TaskFailed => arrival.TaskFailed.TaskScheduledId,
        Kind.TimerFired => arrival.TimerFired.TimerId,
        Kind.ChildWorkflowInstanceCompleted => arrival.ChildWorkflowInstanceCompleted.TaskScheduledId,
        Kind.ChildWorkflowInstanceFailed => arrival.ChildWorkflowInstanceFailed.TaskScheduledId,
        _ => null,
    };

    private static HistoryEvent Routed(HistoryEvent started, string appId)
    {
        var routed = started.Clone();
        routed.Router = new TaskRouter { SourceAppId = appId };
        return routed;
    }

    private static string? Given(string? reason) => reason is "" ? null : reason;
}
