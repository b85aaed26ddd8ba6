using Google.Protobuf;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>From a TaskScheduled event to what a worker is asked; the same before and after a restart, but for the id of the activity's span.</summary>
internal static class Scheduling
{
    /// <param name="earlier">The events of the same row that precede it; they are not part of the state's history yet.</param>
    public static ScheduledActivity Of(InstanceState state, HistoryEvent scheduled, IEnumerable<HistoryEvent> earlier)
    {
        var task = scheduled.TaskScheduled;
        var request = new ActivityRequest
        {
            Name = task.Name,
            Version = task.Version,
            Input = task.Input,
            WorkflowInstance = new WorkflowInstance { InstanceId = state.InstanceId },
            TaskId = scheduled.EventId,
            TaskExecutionId = task.TaskExecutionId,
            ParentTraceContext = task.ParentTraceContext is null ? null : Traces.Below(task.ParentTraceContext, Traces.NewSpanId()),
            PropagatedHistory = Propagate(state, task.HistoryPropagationScope, earlier),
        };
        return new ScheduledActivity(request, scheduled.Router, task.ParentTraceContext);
    }

    /// <summary>The history that an activity or a child is shown; null when the workflow did not ask for that.</summary>
    public static PropagatedHistory? Propagate(InstanceState state, HistoryPropagationScope scope, IEnumerable<HistoryEvent> earlier)
    {
        if (scope == HistoryPropagationScope.None)
        {
            return null;
        }

        var history = new PropagatedHistory { Scope = scope };
        if (scope == HistoryPropagationScope.Lineage && state.Inherited is { } inherited)
        {
            history.Chunks.AddRange(inherited.Chunks);
        }

        var own = new PropagatedHistoryChunk { AppId = state.AppId, InstanceId = state.InstanceId, WorkflowName = state.Name };
        own.RawEvents.AddRange(state.History.Slice().Read().Concat(earlier).Select(one => one.ToByteString()));
        history.Chunks.Add(own);
        return history;
    }
}
