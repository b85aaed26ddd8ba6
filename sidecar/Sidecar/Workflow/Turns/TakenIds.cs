using Sidecar.Protos.Workflow;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Sidecar.Workflow.Turns;

/// <summary>
/// Whether an id is free for what a worker wants under it. A worker may say again what it has said before while it cannot see that it was
/// heard: JavaScript workers hold back history while suspended. Everything else means that its code no longer fits the history.
/// </summary>
internal sealed class TakenIds(Turn turn)
{
    private readonly HashSet<int> fresh = [];

    public string? Misfit { get; private set; }

    /// <summary>False when there is nothing to be done under this id: it was done before, or it cannot be done.</summary>
    public bool Take(HistoryEvent wanted)
    {
        var id = wanted.EventId;
        if (turn.State.Use(id) is { } before)
        {
            if (before != UsedId.Of(wanted))
            {
                Misfit = $"action {id} is now {Words(wanted.EventTypeCase)} ('{NameOf(wanted)}'), but in the history {id} is {Words(before.Kind)}{(before.Kind == wanted.EventTypeCase ? " of another name" : "")}: the workflow's code no longer fits its history";
            }
            else if (!turn.IsSuspended && (!turn.State.Awaits(id) || turn.NewEvents.Any(one => Arrivals.Resolves(one) == id)))
            {
                Misfit = $"action {id} is {Words(wanted.EventTypeCase)} ('{NameOf(wanted)}') that the history has already, with its end: the worker does not follow the history";
            }

            return false;
        }

        if (!fresh.Add(id))
        {
            Misfit = $"the worker's answer has two actions with the id {id}";
            return false;
        }

        return true;
    }

    private static string Words(Kind kind) => kind switch
    {
        Kind.TaskScheduled => "an activity",
        Kind.TimerCreated => "a timer",
        Kind.ChildWorkflowInstanceCreated => "a child workflow",
        Kind.EventSent => "an event sent",
        _ => "a detached workflow",
    };

    private static string NameOf(HistoryEvent wanted) => wanted.EventTypeCase switch
    {
        Kind.TaskScheduled => wanted.TaskScheduled.Name,
        Kind.ChildWorkflowInstanceCreated => wanted.ChildWorkflowInstanceCreated.Name,
        Kind.EventSent => wanted.EventSent.Name,
        _ => "",
    };
}
