using Sidecar.Protos.Workflow;
using Sidecar.Protos.Workflow.Stored;
using Sidecar.Workflow.Hub.Commits;
using Sidecar.Workflow.Hub.Rows;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>Removes instances and all their rows: those that are over, and by force those that are not.</summary>
internal sealed class Removal(HubCore core)
{
    public static void Delete(Change change, HubKeys keys, string id, FinishedRow row)
    {
        change.Delete(keys.Finished(id));
        for (var turn = 0L; turn < row.Turns; turn++)
        {
            change.Delete(keys.Turn(row.Serial, row.Generation, turn));
        }
    }

    public void Purge(string id, bool recursive, bool force, TaskCompletionSource<int> caller)
    {
        if (core.Instances.Find(id) is { } live)
        {
            PurgeLive(live, recursive, force, caller);
            return;
        }

        core.Finished.Find(id, row => PurgeFinished(id, row, recursive, force, caller), reason => caller.TrySetException(reason));
    }

    /// <summary>Removes what is over in one commit; answers with the number of instances.</summary>
    public void Remove(IReadOnlyCollection<(string Id, FinishedRow Row)> over, Action<int> done, Action<Exception> failed)
    {
        var change = new Change(null, () => done(over.Count), failed);
        foreach (var (id, row) in over)
        {
            Delete(change, core.Keys, id, row);
            core.Finished.Changed(id);
        }

        core.Commits.Add(change);
    }

    private void PurgeLive(LiveInstance instance, bool recursive, bool force, TaskCompletionSource<int> caller)
    {
        if (!force)
        {
            caller.TrySetException(instance.View?.Status == OrchestrationStatus.Stalled
                ? new HubException(HubFailure.Stalled, "workflow is stalled")
                : new HubException(HubFailure.NotFinished, "orchestration has not yet completed"));
            return;
        }

        if (instance.Phase is Phase.Committing or Phase.Loading || instance.View is null)
        {
            // Behind what is on its way it can be seen again.
            core.Commits.Add(new Change(null, () => Purge(instance.Id, recursive, force, caller), reason => caller.TrySetException(reason)));
            return;
        }

        var removed = recursive ? Family(instance) : [instance];
        var change = new Change(null, () => caller.TrySetResult(removed.Count), reason => caller.TrySetException(reason));
        foreach (var one in removed)
        {
            Remove(change, one);
        }

        core.Commits.Add(change);
    }

    private void Remove(Change change, LiveInstance instance)
    {
        change.Delete(core.Keys.Slot(instance.Slot));
        for (var turn = 0L; turn < instance.Turns; turn++)
        {
            change.Delete(core.Keys.Turn(instance.Serial, instance.State.Generation, turn));
        }

        foreach (var entry in instance.Inbox.Entries.Where(entry => entry.IsWritten))
        {
            change.Delete(core.Keys.Inbox(instance.Serial, entry.Sequence));
        }

        core.Activities.Forget(instance);
        core.Instances.Remove(instance);
        core.Turns.Leave(instance);
        HubDeliveries.Discard(instance);
        core.Finished.Changed(instance.Id);
    }

    /// <summary>It and those of its descendants that are not in the middle of something.</summary>
    private List<LiveInstance> Family(LiveInstance root)
    {
        var family = new List<LiveInstance> { root };
        for (var next = 0; next < family.Count; next++)
        {
            family.AddRange(family[next].State.OpenChildren.Values
                .Select(child => core.Instances.Find(child.InstanceId))
                .OfType<LiveInstance>()
                .Where(child => child.Phase is not (Phase.Committing or Phase.Loading) && child.View is not null && !family.Contains(child)));
        }

        return family;
    }

    private void PurgeFinished(string id, FinishedRow? row, bool recursive, bool force, TaskCompletionSource<int> caller)
    {
        if (row is null)
        {
            caller.TrySetException(HubException.NoSuchInstance());
        }
        else if (!recursive)
        {
            Remove([(id, row)], count => caller.TrySetResult(count), reason => caller.TrySetException(reason));
        }
        else
        {
            core.Trees.All(id, row, (over, live) => PurgeTree(over, live, force, caller), reason => caller.TrySetException(reason));
        }
    }

    private void PurgeTree(List<(string Id, FinishedRow Row)> over, List<string> live, bool force, TaskCompletionSource<int> caller)
    {
        if (live.Count > 0 && !force)
        {
            caller.TrySetException(new HubException(HubFailure.NotFinished, "orchestration has not yet completed"));
            return;
        }

        // What began again in the meantime is another's.
        var still = over.FindAll(one => core.Instances.Find(one.Id) is null);
        Remove(still, count => caller.TrySetResult(count), reason => caller.TrySetException(reason));
    }
}
