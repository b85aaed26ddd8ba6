using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>An activity that is to run, with what a worker is asked, ready to be sent. <see cref="Workflow"/> is the span above the activity's own.</summary>
internal sealed record ScheduledActivity(ActivityRequest Request, TaskRouter? Router, TraceContext? Workflow)
{
    public int TaskId => Request.TaskId;

    /// <summary>The app whose workers run it; null for one's own.</summary>
    public string? TargetAppId => Routes.Target(Router);
}

internal sealed record TimerToSet(int TimerId, Timestamp FireAt)
{
    /// <summary>Waits without a limit set a timer for the end of time; nobody need keep a clock for it.</summary>
    public bool Never => FireAt.Seconds >= 253402300799;
}

/// <summary>A child to be created. <see cref="Started"/> is its first event; one that cannot be started tells the parent with <see cref="Arrivals.ChildRefused"/>.</summary>
internal sealed record ChildToStart(string InstanceId, int TaskId, HistoryEvent Started, PropagatedHistory? History)
{
    public string? TargetAppId => Routes.Target(Started.Router);

    /// <summary>Detached ones have no parent to be told.</summary>
    public bool Detached => Started.ExecutionStarted.ParentInstance is null;
}

/// <summary>An event for the inbox of another instance; dropped without a word when there is none. A null app is one's own.</summary>
internal sealed record MessageToInstance(string InstanceId, string? TargetAppId, HistoryEvent Event)
{
    /// <summary>Only for this very run, not for another under the same id or a later generation; null when any will do.</summary>
    public string? ExecutionId { get; init; }
}

/// <summary>A child that history knows of: until it has ended the parent waits for it.</summary>
internal sealed record KnownChild(int TaskId, string InstanceId, string? TargetAppId);
