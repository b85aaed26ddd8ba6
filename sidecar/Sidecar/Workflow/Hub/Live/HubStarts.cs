using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Protos.Workflow.Stored;
using Sidecar.Workflow.Hub.Commits;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>Lets instances begin, at ids that nobody has or that belong to what is over with all its children.</summary>
internal sealed class HubStarts(HubCore core)
{
    public static InstanceRow RowOf(LiveInstance instance, IEnumerable<HistoryEvent> first) => new()
    {
        InstanceId = instance.Id,
        Serial = instance.Serial,
        Generation = instance.State.Generation,
        FirstEvents = { first },
        PropagatedHistory = instance.State.Inherited,
        Continued = instance.State.Continued,
        TightContinuations = instance.State.TightContinuations,
        InboxConsumed = instance.Inbox.Consumed,
        CustomStatus = instance.State.CustomStatus,
    };

    public void Start(StartRequest request, TaskCompletionSource<string> caller)
    {
        HistoryEvent started;
        try
        {
            started = Creation.Started(request.Request, core.Settings.AppId, request.Trace, core.Clock.Next());
        }
        catch (Exception problem)
        {
            caller.TrySetException(new HubException(HubFailure.Invalid, problem.Message, problem));
            return;
        }

        var id = started.ExecutionStarted.WorkflowInstance.InstanceId;
        Inspect(
            [id],
            vacancies => Start(id, started, request.Request.EnforceUniqueInstanceId, vacancies[id], caller),
            reason => caller.TrySetException(reason));
    }

    /// <summary>Looks at ids. By the time of the answer they may have been taken: it is to be asked for live ones again.</summary>
    public void Inspect(IReadOnlyList<string> ids, Action<IReadOnlyDictionary<string, Vacancy>> answer, Action<Exception> failed)
    {
        var found = new Dictionary<string, Vacancy>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            if (core.Instances.Find(id) is not null)
            {
                Add(id, Vacancy.Active(id));
                continue;
            }

            core.Finished.Find(id, row => Judge(id, row), failed);
        }

        void Judge(string id, FinishedRow? row)
        {
            if (row is null)
            {
                Add(id, Vacancy.Free);
                return;
            }

            core.Trees.FindLive(
                id,
                row,
                child => Add(id, child is null ? Vacancy.After(row) : Vacancy.Refused($"cannot recreate workflow with ID '{id}': child workflow '{child}': not yet completed")),
                failed);
        }

        void Add(string id, Vacancy vacancy)
        {
            found[id] = vacancy;
            if (found.Count == ids.Count)
            {
                answer(found);
            }
        }
    }

    /// <summary>Adds its rows to the change. Nobody else may have its id from now on; whether it begins is the change's to say.</summary>
    public LiveInstance Add(Change change, HistoryEvent started, Vacancy vacancy, PropagatedHistory? history)
    {
        var id = started.ExecutionStarted.WorkflowInstance.InstanceId;
        var state = new InstanceState(id, core.Settings.AppId, vacancy.Generation, started) { Inherited = history };
        var instance = Add(change, state, vacancy);
        instance.Inbox.AddDerived(started);
        return instance;
    }

    public LiveInstance Add(Change change, InstanceState state, Vacancy vacancy)
    {
        var (serial, slot) = core.Instances.Reserve();
        var instance = new LiveInstance(state.InstanceId, serial, slot, state, new Inbox(0)) { Phase = Phase.Committing };
        core.Instances.Add(instance);
        change.Put(core.Keys.Slot(slot), RowOf(instance, [state.Started]));
        if (vacancy.Before is { } before)
        {
            Removal.Delete(change, core.Keys, state.InstanceId, before);
            core.Finished.Changed(state.InstanceId);
        }

        return instance;
    }

    /// <summary>Its creation is durable.</summary>
    public void Began(LiveInstance instance)
    {
        Show(instance, instance.State.View());
        if (instance.Phase == Phase.Committing)
        {
            core.Turns.Rest(instance);
        }
    }

    /// <summary>There will be none.</summary>
    public void NotBegun(LiveInstance instance, Exception reason)
    {
        foreach (var entry in instance.Inbox.Entries)
        {
            entry.Caller?.TrySetException(reason);
        }

        core.Instances.Remove(instance);
        core.Turns.Leave(instance);
    }

    /// <summary>Does nothing before its time, if it has one.</summary>
    public void Schedule(LiveInstance instance)
    {
        if (instance.State.Started.ExecutionStarted.ScheduledStartTimestamp is { } moment
            && HubClock.Ticks(moment) is var due && due > core.Clock.UtcNow.UtcTicks)
        {
            instance.Start = core.Timers.Add(due, () => core.Turns.Wake(instance));
        }
    }

    private void Start(string id, HistoryEvent started, bool mustBeNew, Vacancy vacancy, TaskCompletionSource<string> caller)
    {
        if (core.Instances.Find(id) is not null)
        {
            vacancy = Vacancy.Active(id);
        }
        else if (mustBeNew && vacancy.Before is not null)
        {
            vacancy = Vacancy.Refused($"a workflow with ID '{id}' already exists");
        }

        if (vacancy.Refusal is { } refusal)
        {
            caller.TrySetException(refusal);
            return;
        }

        LiveInstance? instance = null;
        InstanceView? view = null;
        var change = new Change(
            null,
            () =>
            {
                caller.TrySetResult(id);
                Show(instance!, view!);
            },
            reason =>
            {
                caller.TrySetException(core.IsLost ? reason : new HubException(HubFailure.Refused, $"the state store does not take the workflow: {reason.Message}", reason));
                NotBegun(instance!, reason);
            });
        instance = Add(change, started, vacancy, null);
        view = instance.State.View();
        change.Owner = instance;
        core.Commits.Add(change);
        Schedule(instance);
        core.Turns.Rest(instance);
    }

    /// <summary>Its first turn may be further already, and that need not be durable.</summary>
    private void Show(LiveInstance instance, InstanceView view)
    {
        instance.View ??= view;
        core.Waiters.Tell(instance.View);
    }
}
