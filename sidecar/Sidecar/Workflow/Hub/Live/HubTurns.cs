using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Dispatch;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>Lets instances take their turns, one at a time each, and tries again what failed, ever more rarely, until it is parked.</summary>
internal sealed class HubTurns(HubCore core)
{
    private const int BreaksInARow = 3;
    private readonly HashSet<LiveInstance> parked = [];

    public TurnCommit Commit { get; } = new(core);

    public IReadOnlyCollection<LiveInstance> Parked => parked;

    /// <summary>Something may have come for it.</summary>
    public void Wake(LiveInstance instance)
    {
        if (instance.Phase != Phase.Resting || instance.Inbox.Ready() == 0)
        {
            return;
        }

        if (instance.Start is { IsOver: false } start)
        {
            if (instance.Inbox.Entries.All(entry => entry.Event?.EventTypeCase != HistoryEvent.EventTypeOneofCase.ExecutionTerminated))
            {
                return;
            }

            // Its end need not wait for its beginning.
            core.Timers.Cancel(start);
        }

        if (instance.State.History.IsAway)
        {
            core.Shelf.Fetch(instance);
            return;
        }

        core.Shelf.Take(instance);
        Enter(instance, Phase.InTurn);
        core.Dispatcher.Add(instance.Turn ??= new TurnWork(this, instance));
    }

    public WorkRequest? Begin(TurnWork work)
    {
        var instance = work.Instance;
        work.Taken = instance.Inbox.Ready();
        Turn turn;
        try
        {
            turn = Turn.Begin(instance.State, instance.Inbox.First(work.Taken), core.Clock.Next(), core.Limits);
        }
        catch (Exception problem)
        {
            core.Log.LogError(problem, "A turn of workflow {Instance} cannot begin", instance.Id);
            Park(instance, $"its turn cannot begin: {problem.Message}", awaitsWorker: false);
            return null;
        }

        if (turn.Foregone is { } outcome)
        {
            Settle(instance, turn, outcome);
            return null;
        }

        work.Current = turn;
        core.Watch.TurnBegins(instance, turn);
        return new WorkRequest((token, known) => turn.ToWorkItem(token, known), turn.PastCount);
    }

    public void Complete(WorkflowResponse response)
    {
        if (core.Instances.Find(response.InstanceId) is not { Turn: { } work } instance)
        {
            core.Dispatcher.Stray(WorkKind.Turn, response.InstanceId, 0, response.CompletionToken);
            return;
        }

        if (!core.Dispatcher.Complete(work, response.CompletionToken) || work.Current is not { } turn)
        {
            return;
        }

        work.Current = null;
        TurnOutcome outcome;
        try
        {
            outcome = turn.Apply(response, core.Clock.Next());
        }
        catch (Exception problem)
        {
            // Applying may have stopped half way: what is in the store is what holds.
            core.Log.LogError(problem, "An answer to a turn of workflow {Instance} cannot be applied", instance.Id);
            core.Revival.Reload(instance, $"the answer of the worker cannot be applied: {problem.Message}");
            return;
        }

        Settle(instance, turn, outcome);
    }

    public bool Broken(TurnWork work)
    {
        work.Current = null;
        if (work.Breaks < BreaksInARow)
        {
            return true;
        }

        Fail(work.Instance, $"{work.Breaks} connections to workers have ended while one had its turn", work.Breaks);
        return false;
    }

    /// <summary>Its turn came to nothing, so many times in a row.</summary>
    public void Fail(LiveInstance instance, string reason, int times)
    {
        instance.Failures = times;
        instance.Problem = reason;
        if (times >= core.Settings.MostFailures)
        {
            Park(instance, reason, awaitsWorker: false);
            return;
        }

        Enter(instance, Phase.BackingOff);
        core.Log.LogWarning("A turn of workflow {Instance} has failed {Times} times in a row and is tried again: {Reason}", instance.Id, times, reason);
        core.Watch.TurnFailed(instance, reason, isParked: false);
        core.Timers.Add(RetryAt(times), () => Again(instance, Phase.BackingOff));
    }

    /// <summary>Leaves it alone until somebody resumes it or, if that can help, until another worker comes.</summary>
    public void Park(LiveInstance instance, string reason, bool awaitsWorker)
    {
        Enter(instance, Phase.Parked);
        instance.Problem = reason;
        instance.AwaitsWorker = awaitsWorker;
        parked.Add(instance);
        core.Log.LogError("Workflow {Instance} is parked: {Reason}", instance.Id, reason);
        core.Watch.TurnFailed(instance, reason, isParked: true);
        core.Deliveries.Write(instance);
        if (instance.State.Status != OrchestrationStatus.Stalled)
        {
            Commit.Stall(instance, reason);
        }
    }

    public void Resume(LiveInstance instance)
    {
        if (parked.Remove(instance))
        {
            instance.Failures = 0;
            instance.AwaitsWorker = false;
            if (instance.Turn is not null)
            {
                instance.Turn.Breaks = 0;
            }

            Again(instance, Phase.Parked);
        }
    }

    /// <summary>It may know what others did not.</summary>
    public void WorkerCame()
    {
        foreach (var instance in parked.Where(instance => instance.AwaitsWorker).ToList())
        {
            parked.Remove(instance);
            Again(instance, Phase.Parked);
        }
    }

    /// <summary>It is over, or was removed.</summary>
    public void Leave(LiveInstance instance)
    {
        parked.Remove(instance);
        core.Shelf.Take(instance);
        if (instance.Turn is { State: not WorkState.Idle } work)
        {
            core.Dispatcher.Remove(work);
        }

        instance.EndTimers(core.Timers);
        if (instance.Start is { } start)
        {
            core.Timers.Cancel(start);
        }

        Enter(instance, Phase.Gone);
    }

    public void Rest(LiveInstance instance)
    {
        Enter(instance, Phase.Resting);
        Wake(instance);
        if (instance.Phase == Phase.Resting)
        {
            core.Shelf.Put(instance);
        }
    }

    public void SetTimer(LiveInstance instance, TimerToSet timer)
    {
        if (timer.Never)
        {
            return;
        }

        instance.SetTimer(timer.TimerId, core.Timers.Add(HubClock.Ticks(timer.FireAt), () =>
        {
            instance.EndTimer(timer.TimerId, core.Timers);
            instance.Inbox.AddDerived(Arrivals.Fired(timer, core.Clock.Next()));
            Wake(instance);
        }));
    }

    public long RetryAt(int times)
    {
        var wait = core.Settings.FirstRetry * Math.Pow(2, Math.Min(times - 1, 16));
        wait = wait < core.Settings.LongestRetry ? wait : core.Settings.LongestRetry;

        // What broke together had better not come together again.
        return core.Clock.UtcNow.UtcTicks + (long)(wait.Ticks * (1 + (Random.Shared.NextDouble() / 2)));
    }

    public void Enter(LiveInstance instance, Phase phase)
    {
        instance.Phase = phase;
        instance.Since = core.Clock.Provider.GetTimestamp();
    }

    private void Again(LiveInstance instance, Phase from)
    {
        if (instance.Phase == from)
        {
            Rest(instance);
        }
    }

    private void Settle(LiveInstance instance, Turn turn, TurnOutcome outcome)
    {
        switch (outcome.Kind)
        {
            case TurnKind.Rejected:
                Fail(instance, outcome.Reason ?? "the answer of the worker does not fit", instance.Failures + 1);
                break;
            case TurnKind.Stalled when outcome.EventCount == 0:
                Park(instance, outcome.Reason ?? "it is stalled", awaitsWorker: true);
                break;
            case TurnKind.Applied or TurnKind.ContinuedAsNew or TurnKind.Stalled:
            default:
                Enter(instance, Phase.Committing);
                Commit.Begin(instance, turn, outcome);
                break;
        }
    }
}
