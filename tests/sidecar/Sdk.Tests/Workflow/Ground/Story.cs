extern alias daemon;
using Google.Protobuf.WellKnownTypes;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Ground;

/// <summary>One instance as an engine keeps it: each turn takes new events, and what the worker asks for becomes history.</summary>
internal sealed class Story(FakeSidecar sidecar, string workflow, string? input, string instanceId, string? executionId)
{
    public static readonly DateTime Begin = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    public List<Protos.HistoryEvent> Past { get; } = [];

    public Protos.TaskRouter? Router { get; init; }

    public Protos.PropagatedHistory? Propagated { get; init; }

    /// <summary>The time of the next turn.</summary>
    public DateTime Now { get; set; } = Begin;

    public Protos.HistoryEvent Started => new()
    {
        EventId = -1,
        Timestamp = Timestamp.FromDateTime(Now.AddMilliseconds(-1)),
        ExecutionStarted = new Protos.ExecutionStartedEvent { Name = workflow, Input = input, WorkflowInstance = new Protos.WorkflowInstance { InstanceId = instanceId } },
        Router = Router,
    };

    public static Protos.HistoryEvent Completed(int id, string? result = "") => new() { EventId = -1, TaskCompleted = new Protos.TaskCompletedEvent { TaskScheduledId = id, Result = result } };

    public static Protos.HistoryEvent Failed(int id, string message = "no") =>
        new() { EventId = -1, TaskFailed = new Protos.TaskFailedEvent { TaskScheduledId = id, FailureDetails = new Protos.TaskFailureDetails { ErrorType = "System.InvalidOperationException", ErrorMessage = message } } };

    public static Protos.HistoryEvent Fired(int id) => new() { EventId = -1, TimerFired = new Protos.TimerFiredEvent { TimerId = id } };

    public static Protos.HistoryEvent Raised(string name, string? payload = "") => new() { EventId = -1, EventRaised = new Protos.EventRaisedEvent { Name = name, Input = payload } };

    public static Protos.HistoryEvent ChildCompleted(int id, string? result = "") => new() { EventId = -1, ChildWorkflowInstanceCompleted = new Protos.ChildWorkflowInstanceCompletedEvent { TaskScheduledId = id, Result = result } };

    public static Protos.HistoryEvent ChildFailed(int id, string? message) =>
        new() { EventId = -1, ChildWorkflowInstanceFailed = new Protos.ChildWorkflowInstanceFailedEvent { TaskScheduledId = id, FailureDetails = message is null ? null : new Protos.TaskFailureDetails { ErrorType = "T", ErrorMessage = message } } };

    public static Protos.HistoryEvent Suspended() => new() { EventId = -1, ExecutionSuspended = new Protos.ExecutionSuspendedEvent() };

    public static Protos.HistoryEvent Resumed() => new() { EventId = -1, ExecutionResumed = new Protos.ExecutionResumedEvent() };

    public static Protos.HistoryEvent Terminated(string output) => new() { EventId = -1, ExecutionTerminated = new Protos.ExecutionTerminatedEvent { Input = output } };

    public static Protos.HistoryEvent Scheduled(int id, string name) => new() { EventId = id, TaskScheduled = new Protos.TaskScheduledEvent { Name = name } };

    /// <summary>The next turn; the first begins with the start.</summary>
    public async Task<Protos.WorkflowResponse> TurnAsync(params Protos.HistoryEvent[] events)
    {
        var request = Request(events);
        var response = await sidecar.AskAsync(request.Clone());
        Commit(request, response);
        return response;
    }

    public Protos.WorkflowRequest Request(params Protos.HistoryEvent[] events)
    {
        var request = new Protos.WorkflowRequest { InstanceId = instanceId, ExecutionId = executionId, PropagatedHistory = Propagated };
        request.PastEvents.Add(Past);
        request.NewEvents.Add(new Protos.HistoryEvent { EventId = -1, Timestamp = Timestamp.FromDateTime(Now), WorkflowStarted = new Protos.WorkflowStartedEvent() });
        if (Past.Count == 0)
        {
            request.NewEvents.Add(Started);
        }

        foreach (var item in events)
        {
            item.Timestamp ??= Timestamp.FromDateTime(Now);
            request.NewEvents.Add(item);
        }

        Now = Now.AddSeconds(1);
        return request;
    }

    public void Commit(Protos.WorkflowRequest request, Protos.WorkflowResponse response)
    {
        if (response.Version is { } said)
        {
            // As sidecars keep it: what this turn has added.
            var version = new Protos.WorkflowVersion { Patches = { said.Patches.Skip(Past.Sum(item => item.WorkflowStarted?.Version?.Patches.Count ?? 0)) } };
            if (said.HasName)
            {
                version.Name = said.Name;
            }

            request.NewEvents[0].WorkflowStarted.Version = version;
        }

        Past.AddRange(request.NewEvents);
        Past.AddRange(response.Actions.Select(Event).OfType<Protos.HistoryEvent>());
    }

    private static Protos.HistoryEvent? Event(Protos.WorkflowAction action)
    {
        var item = new Protos.HistoryEvent { EventId = action.Id, Timestamp = Timestamp.FromDateTime(Begin) };
        switch (action.WorkflowActionTypeCase)
        {
            case Protos.WorkflowAction.WorkflowActionTypeOneofCase.ScheduleTask:
                item.TaskScheduled = new Protos.TaskScheduledEvent { Name = action.ScheduleTask.Name, Input = action.ScheduleTask.Input, TaskExecutionId = action.ScheduleTask.TaskExecutionId };
                return item;
            case Protos.WorkflowAction.WorkflowActionTypeOneofCase.CreateTimer:
                item.TimerCreated = new Protos.TimerCreatedEvent { FireAt = action.CreateTimer.FireAt, ExternalEvent = action.CreateTimer.ExternalEvent };
                return item;
            case Protos.WorkflowAction.WorkflowActionTypeOneofCase.CreateChildWorkflow:
                item.ChildWorkflowInstanceCreated = new Protos.ChildWorkflowInstanceCreatedEvent { InstanceId = action.CreateChildWorkflow.InstanceId, Name = action.CreateChildWorkflow.Name };
                return item;
            case Protos.WorkflowAction.WorkflowActionTypeOneofCase.SendEvent:
                item.EventSent = new Protos.EventSentEvent { InstanceId = action.SendEvent.Instance.InstanceId, Name = action.SendEvent.Name };
                return item;
            default:
                return null;
        }
    }
}
