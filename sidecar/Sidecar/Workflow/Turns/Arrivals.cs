using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>The events that come to an inbox from outside. Those of callers should have times that only grow.</summary>
internal static class Arrivals
{
    public static HistoryEvent Raised(string name, string? input, Timestamp now) => throw new NotSupportedException();

    public static HistoryEvent Terminated(string? output, bool recurse, Timestamp now) => throw new NotSupportedException();

    public static HistoryEvent Suspended(string? reason, Timestamp now) => throw new NotSupportedException();

    public static HistoryEvent Resumed(string? reason, Timestamp now) => throw new NotSupportedException();

    /// <summary>TaskCompleted or, when the answer has failure details, TaskFailed.</summary>
    public static HistoryEvent TaskEnded(ScheduledActivity activity, ActivityResponse response, Timestamp now) => throw new NotSupportedException();

    /// <summary>A TaskFailed that no worker sent: an activity that could not be asked of anybody.</summary>
    public static HistoryEvent TaskRefused(ScheduledActivity activity, string errorType, string message, Timestamp now) => throw new NotSupportedException();

    public static HistoryEvent Fired(TimerToSet timer, Timestamp now) => throw new NotSupportedException();

    /// <summary>ChildWorkflowInstanceFailed for a child whose id is taken.</summary>
    public static HistoryEvent ChildRefused(ChildToStart child, Timestamp now) => throw new NotSupportedException();
}
