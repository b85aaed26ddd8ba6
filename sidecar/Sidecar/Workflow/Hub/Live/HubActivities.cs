using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Dispatch;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>Activities that were scheduled and have not been answered.</summary>
internal sealed class HubActivities(HubCore core)
{
    private const int BreaksInARow = 3;
    private readonly Dictionary<(string InstanceId, int TaskId), ActivityWork> open = [];

    public int Count => open.Count;

    public IEnumerable<ActivityWork> All => open.Values;

    public ActivityWork? Find(string instanceId, int taskId) => open.GetValueOrDefault((instanceId, taskId));

    /// <summary>The schedule is durable.</summary>
    public void Run(LiveInstance instance, ScheduledActivity activity)
    {
        if (activity.TargetAppId is { } target)
        {
            Refuse(instance, activity, target);
            return;
        }

        var work = new ActivityWork(this, instance, activity);
        if (open.Remove((instance.Id, activity.TaskId), out var older))
        {
            core.Dispatcher.Remove(older);
        }

        open.Add((instance.Id, activity.TaskId), work);
        core.Dispatcher.Add(work);
    }

    /// <summary>Nobody waits for them any more, and they need not run.</summary>
    public void Forget(LiveInstance instance)
    {
        foreach (var taskId in instance.State.OpenActivities.Keys)
        {
            if (open.Remove((instance.Id, taskId), out var work))
            {
                core.Dispatcher.Remove(work);
            }
        }
    }

    public void Complete(ActivityResponse response, TaskCompletionSource caller)
    {
        if (!open.TryGetValue((response.InstanceId, response.TaskId), out var work))
        {
            core.Dispatcher.Stray(WorkKind.Activity, response.InstanceId, response.TaskId, response.CompletionToken);
            caller.TrySetResult();
            return;
        }

        var patience = work.Stream?.Worker.Capacity.Patience ?? 0;
        if (!core.Dispatcher.Complete(work, response.CompletionToken) && !TakeLate(work, response.CompletionToken))
        {
            caller.TrySetResult();
            return;
        }

        open.Remove((response.InstanceId, response.TaskId));
        core.Watch.ActivityEnded(work, response);
        var instance = work.Instance;
        var ended = Arrivals.TaskEnded(work.Activity, response, core.Clock.Next());
        if (instance.IsGone || instance.State.Generation != work.Generation || !instance.State.Wants(ended))
        {
            caller.TrySetResult();
            return;
        }

        core.Deliveries.Arrive(instance, ended, caller, patience);
    }

    public WorkRequest Begin(ActivityWork work)
    {
        core.Watch.ActivityBegins(work);
        return new WorkRequest((token, _) => WorkItemBytes.Of(work.Activity, token));
    }

    /// <summary>A worker that ends again and again while it has this one is given time in between.</summary>
    public bool Broken(ActivityWork work)
    {
        if (work.Breaks < BreaksInARow)
        {
            return true;
        }

        core.Log.LogWarning(
            "Activity {Activity} of workflow {Instance}: {Breaks} connections to workers have ended while one had it", work.Name, work.InstanceId, work.Breaks);
        core.Timers.Add(core.Turns.RetryAt(work.Breaks), () => Again(work));
        return false;
    }

    /// <summary>The stream that had it is gone and nobody else has it yet: a result that comes all the same is as good as the next one.</summary>
    private bool TakeLate(ActivityWork work, string token)
    {
        if (work.State is WorkState.Out or WorkState.Forgotten || work.Token.Length == 0 || (token.Length > 0 && token != work.Token))
        {
            return false;
        }

        core.Dispatcher.Remove(work);
        return true;
    }

    private void Again(ActivityWork work)
    {
        if (open.TryGetValue((work.InstanceId, work.TaskId), out var current) && current == work && work.State == WorkState.Idle)
        {
            core.Dispatcher.Add(work);
        }
    }

    private void Refuse(LiveInstance instance, ScheduledActivity activity, string target)
    {
        var refusal = Arrivals.TaskRefused(
            activity, "ActivityNotReachable", $"activity '{activity.Request.Name}' is of app '{target}', and this sidecar runs workflows of '{core.Settings.AppId}' only", core.Clock.Next());
        if (!instance.IsGone)
        {
            core.Deliveries.Arrive(instance, refusal, null);
        }
    }
}
