using Google.Protobuf;
using Sidecar.Protos.Workflow;
using Sidecar.Protos.Workflow.Stored;
using Sidecar.Workflow.Hub.Commits;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>
/// Makes one change of a turn: its row, the inbox rows it uses up, children, messages, the end. What follows from it, an activity that
/// runs or a caller that is answered, waits until that is durable.
/// </summary>
internal sealed class TurnCommit(HubCore core)
{
    private static readonly Dictionary<string, Vacancy> NoVacancies = [];

    public void Begin(LiveInstance instance, Turn turn, TurnOutcome outcome)
    {
        var taken = instance.Turn?.Taken ?? 0;
        var own = outcome.Children.Where(child => child.TargetAppId is null && core.Instances.Find(child.InstanceId) is null).Select(child => child.InstanceId).Distinct(StringComparer.Ordinal).ToList();
        if (own.Count == 0)
        {
            Write(instance, turn, outcome, taken, NoVacancies);
        }
        else
        {
            core.Starts.Inspect(
                own,
                vacancies =>
                {
                    if (!instance.IsGone)
                    {
                        Write(instance, turn, outcome, taken, vacancies);
                    }
                },
                static _ => { });
        }
    }

    /// <summary>Shows in its history why it does not go on.</summary>
    public void Stall(LiveInstance instance, string reason)
    {
        var stalled = new HistoryEvent { EventId = -1, Timestamp = core.Clock.Next(), ExecutionStalled = new ExecutionStalledEvent { Description = reason } };
        var events = new WorkflowRequest { PastEvents = { stalled } }.ToByteArray();
        instance.State.Restore(events, 1, instance.State.CustomStatus);
        var change = new Change(instance, () => Show(instance), _ => { });
        change.Put(core.Keys.Turn(instance.Serial, instance.State.Generation, instance.Turns++), Row(instance, events, 1, instance.State.CustomStatus));
        core.Commits.Add(change);
    }

    /// <summary>A new instance whose first row is another one's history.</summary>
    public void Rerun(InstanceState state, TurnOutcome outcome, Vacancy vacancy, TaskCompletionSource<string> caller)
    {
        TurnEffects? effects = null;
        LiveInstance? instance = null;
        var change = new Change(
            null,
            () =>
            {
                caller.TrySetResult(state.InstanceId);
                effects!.Apply();
            },
            reason =>
            {
                caller.TrySetException(core.IsLost ? reason : new HubException(HubFailure.Refused, $"the state store does not take the workflow: {reason.Message}", reason));
                core.Starts.NotBegun(instance!, reason);
            });
        instance = core.Starts.Add(change, state, vacancy);
        change.Owner = instance;
        effects = new TurnEffects(core, instance, null, outcome);
        Write(change, effects, instance, outcome, 0, NoVacancies);
    }

    private void Write(LiveInstance instance, Turn turn, TurnOutcome outcome, int count, IReadOnlyDictionary<string, Vacancy> vacancies)
    {
        if (outcome.Continuation is not null)
        {
            core.Activities.Forget(instance);
        }

        var effects = new TurnEffects(core, instance, turn, outcome);
        Write(new Change(instance, effects.Apply, effects.Undo), effects, instance, outcome, count, vacancies);
    }

    private void Write(Change change, TurnEffects effects, LiveInstance instance, TurnOutcome outcome, int count, IReadOnlyDictionary<string, Vacancy> vacancies)
    {
        effects.Consumed = instance.Inbox.Consumed;
        var before = instance.State.Generation;
        if (outcome.Kind != TurnKind.Stalled)
        {
            effects.Taken = instance.Inbox.Take(count);
            foreach (var entry in effects.Taken.Where(entry => entry.IsWritten))
            {
                change.Delete(core.Keys.Inbox(instance.Serial, entry.Sequence));
            }
        }

        if (outcome.Continuation is { } continuation)
        {
            Continue(change, instance, continuation, before);
        }
        else
        {
            change.Put(
                core.Keys.Turn(instance.Serial, before, instance.Turns++),
                Row(instance, outcome.Events, outcome.EventCount, outcome.CustomStatus));
        }

        foreach (var child in outcome.Children)
        {
            effects.Start(change, child, vacancies.GetValueOrDefault(child.InstanceId));
        }

        foreach (var message in outcome.Messages)
        {
            effects.Send(change, message);
        }

        if (outcome.Ended)
        {
            End(change, instance);
        }

        effects.View = instance.State.View();
        core.Commits.Add(change);
    }

    private void Continue(Change change, LiveInstance instance, Continuation continuation, int before)
    {
        for (var turn = 0L; turn < instance.Turns; turn++)
        {
            change.Delete(core.Keys.Turn(instance.Serial, before, turn));
        }

        instance.EndTimers(core.Timers);
        instance.Inbox.DropDerived();
        instance.Inbox.Begin(continuation.Inbox);
        instance.State = continuation.State;
        instance.Familiarity.Forget();
        instance.Turns = 0;
        change.Put(core.Keys.Slot(instance.Slot), HubStarts.RowOf(instance, continuation.Inbox));
    }

    private void End(Change change, LiveInstance instance)
    {
        instance.IsEnding = true;
        change.Delete(core.Keys.Slot(instance.Slot));
        change.Put(core.Keys.Finished(instance.Id), FinishedInstances.RowOf(instance));
        core.Retention.Add(change, instance);
        foreach (var entry in instance.Inbox.Entries.Where(entry => entry.IsWritten))
        {
            change.Delete(core.Keys.Inbox(instance.Serial, entry.Sequence));
        }
    }

    private void Show(LiveInstance instance)
    {
        instance.View = instance.State.View();
        core.Waiters.Tell(instance.View);
    }

    private static TurnRow Row(LiveInstance instance, ReadOnlyMemory<byte> events, int count, string? customStatus) => new()
    {
        PastEvents = UnsafeByteOperations.UnsafeWrap(events),
        EventCount = count,
        CustomStatus = customStatus,
        InboxConsumed = instance.Inbox.Consumed,
    };
}
