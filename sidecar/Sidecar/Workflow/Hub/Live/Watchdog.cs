using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Dispatch;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>
/// Looks every now and then, as long as anything lives, whether each instance has what its history says it waits for. Who has not, or
/// waits too long, is named once; what only slipped out of memory is put back.
/// </summary>
internal sealed class Watchdog(HubCore core)
{
    private HashSet<Complaint> known = [];
    private DueTimer? next;

    /// <summary>An instance lives.</summary>
    public void Expect()
    {
        if (next is null or { IsOver: true })
        {
            next = core.Timers.Add((core.Clock.UtcNow + core.Settings.WatchEvery).UtcTicks, Look);
        }
    }

    public void Look()
    {
        var found = new HashSet<Complaint>();
        foreach (var instance in core.Instances.All.ToList())
        {
            foreach (var reason in ReasonsOf(instance))
            {
                found.Add(new Complaint(instance.Id, reason));
            }
        }

        foreach (var complaint in found.Where(complaint => !known.Contains(complaint)))
        {
            core.Log.LogWarning("Workflow {Instance} does not go on: {Reason}", complaint.InstanceId, complaint.Reason);
            core.Watch.Complained(complaint);
        }

        known = found;
        if (core.Instances.Count > 0)
        {
            Expect();
        }
    }

    private IEnumerable<string> ReasonsOf(LiveInstance instance) => instance.Phase switch
    {
        Phase.InTurn => Turn(instance),
        Phase.Committing or Phase.Loading when IsOverdue(instance.Since) => ["the state store has not answered for long"],
        Phase.Parked => [$"it is parked: {instance.Problem}"],
        Phase.Resting => Waits(instance).Concat(Activities(instance)),
        Phase.Committing or Phase.Loading or Phase.BackingOff or Phase.Gone or _ => [],
    };

    private IEnumerable<string> Turn(LiveInstance instance)
    {
        if (instance.Turn is { State: WorkState.Out } turn)
        {
            return IsOverdue(turn.Since) ? ["a worker has had its turn for long"] : [];
        }

        return core.Dispatcher.HasWorkers && IsOverdue(instance.Since) ? ["its turn has waited for a worker with room for long"] : [];
    }

    private List<string> Waits(LiveInstance instance)
    {
        var reasons = new List<string>();
        if (instance.Inbox.Ready() > 0 && instance.Start is not { IsOver: false })
        {
            reasons.Add("it has events and took no turn; now it does");
            core.Turns.Wake(instance);
            return reasons;
        }

        foreach (var timer in instance.State.OpenTimers.Values.Where(timer => !timer.Never && !instance.HasTimer(timer.TimerId)))
        {
            reasons.Add($"its timer {timer.TimerId} was not set; now it is");
            core.Turns.SetTimer(instance, timer);
        }

        foreach (var child in instance.State.OpenChildren.Values.Where(child => child.TargetAppId is null && core.Instances.Find(child.InstanceId) is null))
        {
            reasons.Add($"it waits for its child '{child.InstanceId}', which is gone");
        }

        return reasons;
    }

    private List<string> Activities(LiveInstance instance)
    {
        var reasons = new List<string>();
        foreach (var activity in instance.State.OpenActivities.Values)
        {
            var name = $"activity {activity.TaskId} ('{activity.Request.Name}')";
            if (core.Activities.Find(instance.Id, activity.TaskId) is not { } work)
            {
                reasons.Add($"its {name} was with nobody; now it runs");
                core.Activities.Run(instance, activity);
            }
            else if (work.State == WorkState.Out && IsOverdue(work.Since))
            {
                reasons.Add($"a worker has had its {name} for long");
            }
        }

        return reasons;
    }

    private bool IsOverdue(long since) => core.Clock.Provider.GetElapsedTime(since) > core.Settings.OverdueAfter;
}
