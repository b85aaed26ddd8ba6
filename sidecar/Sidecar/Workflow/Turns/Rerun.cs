using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Sidecar.Workflow.Turns;

internal enum RerunRefusal
{
    None,
    Invalid,
    NotFound,
}

/// <summary>
/// A new instance from an old one's history up to an event. On success <see cref="State"/> already has that history, which is its first row
/// (<see cref="Outcome"/>, with the effects: the activities, timers and children to be started again).
/// </summary>
internal sealed record Rerun(RerunRefusal Refusal, string? Message, InstanceState? State, TurnOutcome? Outcome)
{
    /// <summary>Whether the new id is free is the caller's to check.</summary>
    public static Rerun Prepare(InstanceView source, RerunWorkflowFromEventRequest request, string appId, Timestamp now)
    {
        var newId = request.HasNewInstanceId && request.NewInstanceId.Length > 0 ? request.NewInstanceId : Guid.NewGuid().ToString();
        if (newId == source.InstanceId)
        {
            return Refused(RerunRefusal.Invalid, $"'{source.InstanceId}': the new instance needs an id of its own");
        }

        if (!source.Ended)
        {
            return Refused(RerunRefusal.Invalid, $"'{source.InstanceId}' is not in a terminal state");
        }

        if (source.Parent is not null)
        {
            return Refused(RerunRefusal.Invalid, $"'{source.InstanceId}': cannot rerun from child-workflows");
        }

        var history = source.History.Read();
        var at = history.ToList().FindIndex(one => one.EventId >= 0 && one.EventId == request.EventId && IsWork(one));
        if (at < 0)
        {
            return Refused(RerunRefusal.NotFound, history.Any(one => one.EventId >= 0 && one.EventId == request.EventId)
                ? $"target event with ID '{request.EventId}' is not an event that can be rerun"
                : $"does not have history event with ID '{request.EventId}'");
        }

        if (request.OverwriteInput && history[at].EventTypeCase == Kind.TimerCreated)
        {
            return Refused(RerunRefusal.Invalid, $"cannot write input to timer event '{request.EventId}'");
        }

        return Built(source, history, at, newId, request, appId, now);
    }

    private static Rerun Built(InstanceView source, IReadOnlyList<HistoryEvent> history, int at, string newId, RerunWorkflowFromEventRequest request, string appId, Timestamp now)
    {
        var started = StartedAgain(source.Started, newId);
        var again = new RerunEvents(source.InstanceId, newId, now);
        var done = history.Take(at).Select(Arrivals.Resolves).ToHashSet();
        var kept = new List<HistoryEvent>();
        var open = new List<HistoryEvent>();
        foreach (var one in history.Take(at))
        {
            if (IsWork(one) && !done.Contains(one.EventId))
            {
                open.Add(again.Of(one));
            }
            else
            {
                kept.Add(one.EventTypeCase == Kind.ExecutionStarted ? started : one);
            }
        }

        open.Insert(0, again.Target(history[at], request));
        return Begun(new InstanceState(newId, appId, 1, started), kept, open, now);
    }

    private static Rerun Begun(InstanceState state, List<HistoryEvent> kept, List<HistoryEvent> open, Timestamp now)
    {
        var span = Traces.Of(state.Started.ExecutionStarted);
        var all = kept.Concat(open).ToList();
        var bytes = EventBytes.Write(all);
        var children = new List<ChildToStart>();
        for (var i = 0; i < all.Count; i++)
        {
            var one = all[i];
            state.Take(one, one.EventTypeCase == Kind.TaskScheduled ? Scheduling.Of(state, one, all.Take(i)) : null, null);
            if (i >= kept.Count && one.EventTypeCase == Kind.ChildWorkflowInstanceCreated)
            {
                var shown = Scheduling.Propagate(state, one.ChildWorkflowInstanceCreated.HistoryPropagationScope, all.Take(i));
                children.Add(new ChildToStart(one.ChildWorkflowInstanceCreated.InstanceId, one.EventId, NewEvents.ChildStarted(state, one, span, now), shown));
            }
        }

        state.Append(bytes, all.Count, null);
        return new Rerun(RerunRefusal.None, null, state, new TurnOutcome(TurnKind.Applied)
        {
            Events = bytes,
            EventCount = all.Count,
            Activities = [.. state.OpenActivities.Values],
            Timers = [.. state.OpenTimers.Values],
            Children = children,
        });
    }

    private static HistoryEvent StartedAgain(HistoryEvent old, string newId)
    {
        var started = old.Clone();
        started.ExecutionStarted.WorkflowInstance = new WorkflowInstance { InstanceId = newId, ExecutionId = Guid.NewGuid().ToString() };
        started.ExecutionStarted.WorkflowSpanId = started.ExecutionStarted.ParentTraceContext is null ? null : Traces.NewSpanId();
        return started;
    }

    private static bool IsWork(HistoryEvent one) => one.EventTypeCase is Kind.TaskScheduled or Kind.TimerCreated or Kind.ChildWorkflowInstanceCreated;

    private static Rerun Refused(RerunRefusal refusal, string message) => new(refusal, message, null, null);
}

/// <summary>What was under way is set going once more, now, and says for whom it ran before.</summary>
internal sealed class RerunEvents(string sourceId, string newId, Timestamp now)
{
    public HistoryEvent Target(HistoryEvent old, RerunWorkflowFromEventRequest request)
    {
        var again = Of(old);
        if (again.EventTypeCase == Kind.TaskScheduled && request.OverwriteInput)
        {
            again.TaskScheduled.Input = request.Input;
        }

        if (again.EventTypeCase == Kind.ChildWorkflowInstanceCreated)
        {
            var child = again.ChildWorkflowInstanceCreated;
            child.Input = request.OverwriteInput ? request.Input : child.Input;
            child.InstanceId = request is { HasNewChildWorkflowInstanceId: true, NewChildWorkflowInstanceId.Length: > 0 } ? request.NewChildWorkflowInstanceId : child.InstanceId;
        }

        return again;
    }

    public HistoryEvent Of(HistoryEvent old)
    {
        var again = old.Clone();
        again.Timestamp = now;
        var info = new RerunParentInstanceInfo { InstanceId = sourceId };
        switch (again.EventTypeCase)
        {
            case Kind.TaskScheduled:
                again.TaskScheduled.RerunParentInstanceInfo = info;
                break;
            case Kind.TimerCreated:
                again.TimerCreated.RerunParentInstanceInfo = info;
                break;
            case Kind.ChildWorkflowInstanceCreated:
                again.ChildWorkflowInstanceCreated.RerunParentInstanceInfo = info;
                again.ChildWorkflowInstanceCreated.InstanceId = NewEvents.ChildId(newId, again.EventId);
                break;
        }

        return again;
    }
}
