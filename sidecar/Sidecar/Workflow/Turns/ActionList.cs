using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Action = Sidecar.Protos.Workflow.WorkflowAction.WorkflowActionTypeOneofCase;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Sidecar.Workflow.Turns;

/// <summary>Reads what a worker wants, in its order, into events and effects. Nothing is changed by reading.</summary>
internal sealed class ActionList(Turn turn, ExecutionTerminatedEvent? terminated, Timestamp now, TurnLimits limits)
{
    private readonly InstanceState state = turn.State;
    private readonly TraceContext? span = Traces.Of(turn.State.Started.ExecutionStarted);
    private readonly TakenIds ids = new(turn);
    private readonly List<KnownChild> born = [];
    private HistoryEvent? completed;

    public List<HistoryEvent> Events { get; } = [];

    public List<ScheduledActivity> Activities { get; } = [];

    public List<TimerToSet> Timers { get; } = [];

    public List<ChildToStart> Children { get; } = [];

    public List<MessageToInstance> Messages { get; } = [];

    /// <summary>The continuation that was asked for.</summary>
    public CompleteWorkflowAction? Continuing { get; private set; }

    public ExecutionStalledEvent? Stall { get; private set; }

    /// <summary>What cannot be done as it was asked for; for people.</summary>
    public string? Misfit { get; private set; }

    public void Read(IReadOnlyList<WorkflowAction> actions)
    {
        for (var i = 0; i < actions.Count && completed is null && Continuing is null && Misfit is null && Stall is null; i++)
        {
            Read(actions[i]);
            Misfit ??= ids.Misfit;
        }

        if (terminated is not null && completed is null)
        {
            Terminate(terminated);
        }

        if (completed is not null)
        {
            TellOthers(completed.ExecutionCompleted);
        }
    }

    private void Read(WorkflowAction action)
    {
        switch (action.WorkflowActionTypeCase)
        {
            case Action.ScheduleTask:
                Schedule(action);
                break;
            case Action.CreateTimer:
                SetTimer(action);
                break;
            case Action.CreateChildWorkflow:
                StartChild(action);
                break;
            case Action.SendEvent:
                Send(action);
                break;
            case Action.CompleteWorkflow:
                Complete(action);
                break;
            case Action.TerminateWorkflow:
                var order = action.TerminateWorkflow;
                Messages.Add(new MessageToInstance(order.InstanceId, Routes.Target(Routes.From(action.Router, state.AppId)), Arrivals.Terminated(order.Reason, order.Recurse, now)));
                break;
            case Action.WorkflowVersionNotAvailable:
                Stall = new ExecutionStalledEvent { Reason = StalledReason.VersionNotAvailable, Description = "the worker has no version of this workflow that fits its history" };
                break;
            case Action.CreateDetachedWorkflow:
                Detach(action);
                break;
            default:
                Misfit = $"action {action.Id} is of a kind that this sidecar does not know";
                break;
        }
    }

    private void Schedule(WorkflowAction action)
    {
        var one = NewEvents.Scheduled(action, Routes.From(action.Router, state.AppId), span, now);
        if (!ids.Take(one))
        {
            return;
        }

        var activity = Scheduling.Of(state, one, turn.NewEvents.Concat(Events));
        if (activity.Request.CalculateSize() > limits.Guard)
        {
            Stall = new ExecutionStalledEvent { Reason = StalledReason.PayloadSizeExceeded, Description = Stalling.TooLarge($"activity {action.Id} ('{activity.Request.Name}')", limits) };
            return;
        }

        Events.Add(one);
        Activities.Add(activity);
    }

    private void SetTimer(WorkflowAction action)
    {
        if (action.CreateTimer.FireAt is not { Nanos: >= 0 and <= 999_999_999, Seconds: >= -62135596800 and <= 253402300799 } at)
        {
            Misfit = $"timer {action.Id} has no time that can be told";
            return;
        }

        var one = NewEvents.TimerCreated(action, Routes.From(action.Router, state.AppId), now);
        if (ids.Take(one))
        {
            Events.Add(one);
            Timers.Add(new TimerToSet(action.Id, at));
        }
    }

    private void StartChild(WorkflowAction action)
    {
        var router = Routes.From(action.Router, state.AppId);
        var one = NewEvents.ChildCreated(action, router, state.InstanceId, span, now);
        if (!ids.Take(one))
        {
            return;
        }

        var created = one.ChildWorkflowInstanceCreated;
        var shown = Scheduling.Propagate(state, created.HistoryPropagationScope, turn.NewEvents.Concat(Events));
        Events.Add(one);
        Children.Add(new ChildToStart(created.InstanceId, action.Id, NewEvents.ChildStarted(state, one, span, now), shown));
        born.Add(new KnownChild(action.Id, created.InstanceId, Routes.Target(router)));
    }

    private void Send(WorkflowAction action)
    {
        var sent = action.SendEvent;
        var target = sent.Instance?.InstanceId ?? "";
        var one = new HistoryEvent
        {
            EventId = action.Id,
            Timestamp = now,
            Router = Routes.From(action.Router, state.AppId),
            EventSent = new EventSentEvent { InstanceId = target, Name = sent.Name, Input = sent.Data },
        };
        if (ids.Take(one))
        {
            Events.Add(one);
            Messages.Add(new MessageToInstance(target, Routes.Target(one.Router), Arrivals.Raised(sent.Name, sent.Data, now)));
        }
    }

    private void Detach(WorkflowAction action)
    {
        var wanted = action.CreateDetachedWorkflow;
        if (wanted.InstanceId.Length == 0)
        {
            Misfit = $"action {action.Id} starts a detached workflow without an id";
            return;
        }

        var one = new HistoryEvent
        {
            EventId = action.Id,
            Timestamp = now,
            DetachedWorkflowInstanceCreated = new DetachedWorkflowInstanceCreatedEvent { InstanceId = wanted.InstanceId },
        };
        if (ids.Take(one))
        {
            Events.Add(one);
            Children.Add(new ChildToStart(wanted.InstanceId, action.Id, NewEvents.DetachedStarted(wanted, Routes.From(action.Router, state.AppId), state.AppId, now), null));
        }
    }

    private void Complete(WorkflowAction action)
    {
        var end = action.CompleteWorkflow;
        switch (end.WorkflowStatus)
        {
            case OrchestrationStatus.ContinuedAsNew:
                // Who is to be terminated does not begin again.
                Continuing = terminated is null ? end : null;
                break;
            case OrchestrationStatus.Completed or OrchestrationStatus.Failed or OrchestrationStatus.Canceled or OrchestrationStatus.Terminated:
                End(action.Id, end.WorkflowStatus, end.Result, end.FailureDetails);
                break;
            default:
                Misfit = $"the worker ends the workflow with the status {end.WorkflowStatus}, which is no end";
                break;
        }
    }

    private void Terminate(ExecutionTerminatedEvent order)
    {
        Events.Clear();
        Activities.Clear();
        Timers.Clear();
        Children.Clear();
        Messages.Clear();
        born.Clear();
        (Misfit, Stall) = (null, null);
        End(-1, OrchestrationStatus.Terminated, order.Input, null);
    }

    private void End(int id, OrchestrationStatus status, string? result, TaskFailureDetails? failure)
    {
        completed = new HistoryEvent
        {
            EventId = id,
            Timestamp = now,
            ExecutionCompleted = new ExecutionCompletedEvent
            {
                WorkflowStatus = status,
                // .NET workers lose the output that came with a termination; it was promised to the caller.
                Result = result ?? (status == OrchestrationStatus.Terminated ? terminated?.Input : null),
                FailureDetails = failure,
            },
        };
        Events.Add(completed);
    }

    private void TellOthers(ExecutionCompletedEvent end)
    {
        if (state.Started.ExecutionStarted.ParentInstance is { } parent)
        {
            Messages.Add(NewEvents.ToParent(parent, end, state.AppId, now));
        }

        if (end.WorkflowStatus == OrchestrationStatus.Terminated && terminated is { Recurse: true })
        {
            foreach (var child in state.OpenChildren.Values.Concat(born))
            {
                Messages.Add(new MessageToInstance(child.InstanceId, child.TargetAppId, Arrivals.Terminated(terminated.Input, recurse: true, now)));
            }
        }
    }
}
