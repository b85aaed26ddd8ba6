using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>Continue-as-new: the same id and parent, a new input and a new run, and of the old one only the events that it carries over.</summary>
internal static class Continuing
{
    private const int MostInOneGo = 20;

    public static TurnOutcome From(InstanceState old, CompleteWorkflowAction action, string? customStatus, int consumed, Timestamp now)
    {
        // A generation that had a turn before this one did something else than continuing.
        var tight = old.History.Count == 0 ? old.TightContinuations + 1 : 1;
        var pause = tight >= MostInOneGo;
        var started = Started(old, action, now);
        var next = new InstanceState(old.InstanceId, old.AppId, old.Generation + 1, started)
        {
            Continued = true,
            Inherited = old.Inherited,
            TightContinuations = pause ? 0 : tight,
            CustomStatus = customStatus,
        };
        return new TurnOutcome(TurnKind.ContinuedAsNew)
        {
            Consumed = consumed,
            CustomStatus = customStatus,
            TimersToDelete = [.. old.OpenTimers.Keys],
            Continuation = new Continuation(next, [started, .. action.CarryoverEvents.Select(one => Dated(one, now))], pause),
        };
    }

    private static HistoryEvent Started(InstanceState old, CompleteWorkflowAction action, Timestamp now)
    {
        var before = old.Started.ExecutionStarted;
        var traced = before.ParentTraceContext is not null;
        return new HistoryEvent
        {
            EventId = -1,
            Timestamp = now,
            Router = old.Started.Router ?? new TaskRouter { SourceAppId = old.AppId },
            ExecutionStarted = new ExecutionStartedEvent
            {
                Name = before.Name,
                Input = action.Result,
                WorkflowInstance = new WorkflowInstance { InstanceId = old.InstanceId, ExecutionId = Guid.NewGuid().ToString() },
                ParentInstance = before.ParentInstance,
                ParentTraceContext = traced ? Traces.NewRoot() : null,
                WorkflowSpanId = traced ? Traces.NewSpanId() : null,
            },
        };
    }

    /// <summary>JavaScript workers date what they carry over to 1970; the instance would look untouched since.</summary>
    private static HistoryEvent Dated(HistoryEvent carried, Timestamp now)
    {
        if (carried.Timestamp is { Seconds: > 0 })
        {
            return carried;
        }

        var dated = carried.Clone();
        dated.Timestamp = now;
        return dated;
    }
}
