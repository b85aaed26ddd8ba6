using Sidecar.Workflow.Dispatch;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>An activity that is to run. It runs even when its instance has ended; then nobody waits for its result.</summary>
internal sealed class ActivityWork(HubActivities activities, LiveInstance instance, ScheduledActivity activity)
    : Work(WorkKind.Activity, instance.Id, activity.TaskId)
{
    public override string Name => activity.Request.Name;

    public LiveInstance Instance => instance;

    public ScheduledActivity Activity => activity;

    /// <summary>What it was scheduled in: another generation does not know it.</summary>
    public int Generation { get; } = instance.State.Generation;

    /// <summary>For whoever watches.</summary>
    public object? Tag { get; set; }

    public override WorkRequest? Begin() => activities.Begin(this);

    public override bool Broken() => activities.Broken(this);
}
