using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Dapr.Workflow.Turns;

/// <summary>How history meets what the code asked for.</summary>
internal sealed partial class TurnContext
{
    private readonly List<Protocol.HistoryEvent> held = [];
    private Dictionary<int, Protocol.HistoryEvent>? early;
    private HashSet<int>? endedEarly;
    private Dictionary<int, OpenTask>? moved;

    public bool IsSuspended { get; private set; }

    public void Begin(DateTime time, bool isReplaying)
    {
        now = time;
        this.isReplaying = isReplaying;
    }

    public void Apply(Protocol.HistoryEvent item, bool isReplaying)
    {
        this.isReplaying = isReplaying;
        switch (item.EventTypeCase)
        {
            case Kind.ExecutionSuspended:
                IsSuspended = true;
                break;
            case Kind.ExecutionResumed:
                Resume();
                break;
            default:
                if (IsSuspended)
                {
                    held.Add(item);
                }
                else
                {
                    Apply(item);
                }

                break;
        }
    }

    private void Resume()
    {
        IsSuspended = false;
        foreach (var item in held)
        {
            Apply(item);
        }

        held.Clear();
    }

    private void Apply(Protocol.HistoryEvent item)
    {
        switch (item.EventTypeCase)
        {
            case Kind.WorkflowStarted:
                now = item.Timestamp?.ToDateTime() ?? now;
                break;
            case Kind.TaskScheduled:
                DropWaitThatWasNotRecorded(item.EventId);
                Confirm(item, actions.GetValueOrDefault(item.EventId).Action, action => action.ScheduleTask?.Name == item.TaskScheduled.Name);
                break;
            case Kind.TimerCreated:
                if (!TimerOrigin.IsNever(item.TimerCreated))
                {
                    DropWaitThatWasNotRecorded(item.EventId);
                }

                Confirm(item, actions.GetValueOrDefault(item.EventId).Action, action => action.CreateTimer is not null);
                break;
            case Kind.ChildWorkflowInstanceCreated:
                DropWaitThatWasNotRecorded(item.EventId);
                ConfirmChild(item);
                break;
            case Kind.EventSent:
                Confirm(item, actions.GetValueOrDefault(item.EventId).Action, action => action.SendEvent is not null);
                break;
            case Kind.TaskCompleted:
                End(item, item.TaskCompleted.TaskScheduledId, item.TaskCompleted.TaskExecutionId);
                break;
            case Kind.TaskFailed:
                End(item, item.TaskFailed.TaskScheduledId, item.TaskFailed.TaskExecutionId);
                break;
            case Kind.ChildWorkflowInstanceCompleted:
                End(item, item.ChildWorkflowInstanceCompleted.TaskScheduledId, "");
                break;
            case Kind.ChildWorkflowInstanceFailed:
                End(item, item.ChildWorkflowInstanceFailed.TaskScheduledId, "");
                break;
            case Kind.TimerFired:
                End(item, item.TimerFired.TimerId, "");
                break;
            case Kind.EventRaised:
                raised.Raise(item);
                break;
        }
    }

    private void Confirm(Protocol.HistoryEvent item, Protocol.WorkflowAction? action, Predicate<Protocol.WorkflowAction> fits)
    {
        if (action is null ? !IsKnown(item.EventId) : !fits(action))
        {
            throw NonDeterminismException.Of(name, item, action);
        }

        if (action is not null)
        {
            actions.Remove(action.Id);
        }
    }

    /// <summary>Whether the code asked for it although no action is left: its end came before its beginning was written down.</summary>
    private bool IsKnown(int id) => endedEarly is not null && endedEarly.Contains(id);

    /// <summary>A child is known by its instance first: reruns and older workers number differently.</summary>
    private void ConfirmChild(Protocol.HistoryEvent item)
    {
        var created = item.ChildWorkflowInstanceCreated;
        var action = actions.GetValueOrDefault(item.EventId).Action;
        if (action?.CreateChildWorkflow?.InstanceId != created.InstanceId)
        {
            var same = actions.Values.FirstOrDefault(other => other.Action.CreateChildWorkflow?.InstanceId == created.InstanceId).Action;
            if (same is not null && open.TryGetValue(same.Id, out var call))
            {
                moved ??= [];
                moved[item.EventId] = call;
                action = same;
            }
        }

        Confirm(item, action, other => other.CreateChildWorkflow?.Name == created.Name);
    }

    private void End(Protocol.HistoryEvent item, int id, string executionId)
    {
        if (!open.TryGetValue(id, out var task) || (!task.IsEndedBy(item) && moved?.ContainsKey(id) == true))
        {
            task = (executionId.Length > 0 ? open.Values.FirstOrDefault(other => other.Kind == TaskKind.Activity && guids.TaskExecutionId(other.FirstId, other.Name) == executionId) : null) ?? moved?.GetValueOrDefault(id);
        }

        if (task is null)
        {
            (early ??= []).TryAdd(id, item);
            return;
        }

        if (!task.IsEndedBy(item))
        {
            throw NonDeterminismException.Of(name, item, task);
        }

        if (open.Remove(task.Id))
        {
            task.End(item);
        }
    }

    /// <summary>Whether the end of a task came before the code asked for it; it is then not asked for again.</summary>
    private bool IsEnded(OpenTask task)
    {
        if (early is null || !early.TryGetValue(task.Id, out var item) || !task.IsEndedBy(item))
        {
            return false;
        }

        early.Remove(task.Id);
        (endedEarly ??= []).Add(task.Id);
        task.End(item);
        return true;
    }

    /// <summary>Histories of workers that set no timer for a wait without end lack its number: the timer goes, and all after it move up.</summary>
    private void DropWaitThatWasNotRecorded(int id)
    {
        if (!actions.TryGetValue(id, out var asked) || !TimerOrigin.IsNever(asked.Action))
        {
            return;
        }

        actions.Remove(id);
        open.Remove(id);
        foreach (var later in actions.Keys.Where(key => key > id).Order().ToList())
        {
            actions.Remove(later, out var moving);
            moving.Action.Id = later - 1;
            actions[later - 1] = moving;
        }

        foreach (var later in open.Keys.Where(key => key > id).Order().ToList())
        {
            open.Remove(later, out var moving);
            moving!.Id = later - 1;
            open[later - 1] = moving;
        }

        nextId--;
    }
}
