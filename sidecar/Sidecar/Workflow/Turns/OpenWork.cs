using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>What a generation has set going: the ids that are taken, and what is still awaited of them.</summary>
internal sealed class OpenWork
{
    private readonly Dictionary<int, UsedId> used = [];
    private readonly List<EventTimer> eventTimers = [];

    public Dictionary<int, ScheduledActivity> Activities { get; } = [];

    public Dictionary<int, TimerToSet> Timers { get; } = [];

    public Dictionary<int, KnownChild> Children { get; } = [];

    /// <summary>Null when nobody has taken this id yet.</summary>
    public UsedId? Use(int id) => used.TryGetValue(id, out var found) ? found : null;

    public void Schedule(ScheduledActivity activity)
    {
        used[activity.TaskId] = UsedId.Of(HistoryEvent.EventTypeOneofCase.TaskScheduled, activity.Request.Name);
        Activities[activity.TaskId] = activity;
    }

    public KnownChild Create(HistoryEvent created)
    {
        var child = new KnownChild(created.EventId, created.ChildWorkflowInstanceCreated.InstanceId, Routes.Target(created.Router));
        used[created.EventId] = UsedId.Of(created);
        Children[created.EventId] = child;
        return child;
    }

    public void Set(HistoryEvent created)
    {
        var timer = created.TimerCreated;
        used[created.EventId] = UsedId.Of(created);
        Timers[created.EventId] = new TimerToSet(created.EventId, timer.FireAt);
        var awaited = timer.OriginCase switch
        {
            TimerCreatedEvent.OriginOneofCase.ExternalEvent => timer.ExternalEvent.Name,
            TimerCreatedEvent.OriginOneofCase.None when timer.HasName => timer.Name,
            _ => null,
        };
        if (awaited is not null)
        {
            eventTimers.Add(new EventTimer(created.EventId, awaited));
        }
    }

    public void Note(HistoryEvent other) => used[other.EventId] = UsedId.Of(other);

    public void Fire(int id)
    {
        Timers.Remove(id);
        Forget(id);
    }

    /// <summary>An event came: the oldest timer that limits the wait for it has no use any more. Null when there is none.</summary>
    public int? Raise(string name)
    {
        var at = eventTimers.FindIndex(timer => timer.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (at < 0)
        {
            return null;
        }

        var id = eventTimers[at].Id;
        eventTimers.RemoveAt(at);
        Timers.Remove(id);
        return id;
    }

    private void Forget(int id)
    {
        var at = eventTimers.FindIndex(timer => timer.Id == id);
        if (at >= 0)
        {
            eventTimers.RemoveAt(at);
        }
    }

    private readonly record struct EventTimer(int Id, string Name);
}

/// <summary>What an id was taken for. The name is kept as its hash: that is enough to tell a worker that repeats itself from one that has changed its mind.</summary>
internal readonly record struct UsedId(HistoryEvent.EventTypeOneofCase Kind, int Name)
{
    public static UsedId Of(HistoryEvent.EventTypeOneofCase kind, string name) => new(kind, string.GetHashCode(name, StringComparison.Ordinal));

    public static UsedId Of(HistoryEvent scheduled) => Of(scheduled.EventTypeCase, scheduled.EventTypeCase switch
    {
        HistoryEvent.EventTypeOneofCase.TaskScheduled => scheduled.TaskScheduled.Name,
        HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceCreated => scheduled.ChildWorkflowInstanceCreated.Name,
        HistoryEvent.EventTypeOneofCase.EventSent => scheduled.EventSent.Name,
        _ => "",
    });
}
