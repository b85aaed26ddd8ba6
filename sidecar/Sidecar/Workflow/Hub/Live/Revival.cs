using Sidecar.Protos.Workflow;
using Sidecar.Protos.Workflow.Stored;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>Brings instances back from their rows: all of them when a hub begins, one when what is known of it cannot be trusted any more.</summary>
internal sealed class Revival(HubCore core)
{
    private const int SlotsAtOnce = 512;

    /// <summary>Everything that has not ended; ends when it is on the loop.</summary>
    public async Task AllAsync(CancellationToken cancellation)
    {
        var bounds = await core.Reader.OneAsync(core.Keys.Bounds, BoundsRow.Parser, cancellation) ?? new BoundsRow();
        var found = new List<Revived>();
        for (var first = 0L; first < bounds.Slots; first += SlotsAtOnce)
        {
            var keys = Enumerable.Range(0, SlotsAtOnce).Select(next => first + next).ToDictionary(core.Keys.Slot, slot => slot, StringComparer.Ordinal);
            var rows = await core.Reader.ManyAsync(keys.Keys, InstanceRow.Parser, cancellation);
            found.AddRange(await ReadAsync([.. rows.Select(row => (keys[row.Key], row.Value))], cancellation));
        }

        await core.Loop.AskAsync<bool>(
            answer =>
            {
                core.Instances.Restore(bounds, found.Select(one => one.Slot).ToHashSet());
                found.ForEach(one => Begin(one));
                answer.TrySetResult(true);
            },
            cancellation);
    }

    /// <summary>What has not been committed is forgotten; what has come and has no row yet comes again.</summary>
    public void Reload(LiveInstance instance, string reason)
    {
        core.Activities.Forget(instance);
        core.Turns.Leave(instance);
        core.Turns.Enter(instance, Phase.Loading);
        core.Answer(() => ReadOneAsync(instance), revived => Replace(instance, revived, reason), core.LoseLater);
    }

    private void Replace(LiveInstance old, Revived? revived, string reason)
    {
        core.Instances.Remove(old, keepSlot: revived is not null);
        core.Turns.Enter(old, Phase.Gone);
        if (revived is null)
        {
            HubDeliveries.Discard(old);
            return;
        }

        var instance = Begin(revived with { IsParked = true });
        foreach (var entry in old.Inbox.Take(old.Inbox.Count).Where(entry => entry is { HasRow: true, Event: not null } && entry.Sequence > revived.Written))
        {
            core.Deliveries.Arrive(instance, entry.Event!, entry.Caller);
        }

        core.Turns.Park(instance, reason, awaitsWorker: false);
    }

    private async Task<Revived?> ReadOneAsync(LiveInstance instance)
    {
        var row = await core.Reader.OneAsync(core.Keys.Slot(instance.Slot), InstanceRow.Parser, core.Stopping);
        return row?.Serial == instance.Serial ? (await ReadAsync([(instance.Slot, row)], core.Stopping))[0] : null;
    }

    private async Task<List<Revived>> ReadAsync(List<(long Slot, InstanceRow Row)> rows, CancellationToken cancellation)
    {
        var turns = await core.Reader.RunsAsync(
            rows.ConvertAll<Func<long, string>>(one => turn => core.Keys.Turn(one.Row.Serial, one.Row.Generation, turn)), TurnRow.Parser, cancellation);
        var consumed = rows.Select((one, place) => turns[place] is [.., var last] ? last.InboxConsumed : one.Row.InboxConsumed).ToList();
        var inbox = await core.Reader.RunsAsync(
            rows.Select<(long Slot, InstanceRow Row), Func<long, string>>((one, place) => next => core.Keys.Inbox(one.Row.Serial, consumed[place] + 1 + next)).ToList(),
            InboxRow.Parser,
            cancellation);
        return [.. rows.Select((one, place) => Of(one.Slot, one.Row, turns[place], consumed[place], inbox[place]))];
    }

    private Revived Of(long slot, InstanceRow row, List<TurnRow> turns, long consumed, List<InboxRow> inbox)
    {
        var started = row.FirstEvents.First(happened => happened.ExecutionStarted is not null);
        var state = new InstanceState(row.InstanceId, core.Settings.AppId, row.Generation, started)
        {
            Continued = row.Continued,
            Inherited = row.PropagatedHistory,
            TightContinuations = row.TightContinuations,
            CustomStatus = row.CustomStatus,
        };
        foreach (var turn in turns)
        {
            state.Restore(turn.PastEvents.Memory, turn.EventCount, turn.CustomStatus);
        }

        return new Revived(slot, row, state, turns.Count, consumed, inbox);
    }

    private LiveInstance Begin(Revived revived)
    {
        var (row, state) = (revived.Row, revived.State);
        var inbox = new Inbox(revived.Consumed);
        var instance = new LiveInstance(row.InstanceId, row.Serial, revived.Slot, state, inbox) { Turns = revived.Turns, View = state.View() };
        if (revived.IsParked)
        {
            // No turn may go out before it is parked.
            core.Turns.Enter(instance, Phase.Loading);
        }

        core.Instances.Add(instance);
        if (!state.IsStarted)
        {
            inbox.Begin(row.FirstEvents);
            core.Starts.Schedule(instance);
        }

        foreach (var stored in revived.Inbox)
        {
            inbox.AddWritten(stored.Events.FirstOrDefault());
        }

        foreach (var timer in state.OpenTimers.Values)
        {
            core.Turns.SetTimer(instance, timer);
        }

        // What has come is not asked for again.
        var answered = revived.Inbox.SelectMany(stored => stored.Events).Select(TaskOf).ToHashSet();
        foreach (var activity in state.OpenActivities.Values.Where(activity => !answered.Contains(activity.TaskId)))
        {
            core.Activities.Run(instance, activity);
        }

        if (!revived.IsParked)
        {
            core.Turns.Rest(instance);
        }

        core.Waiters.Tell(instance.View);
        return instance;
    }

    private static int? TaskOf(HistoryEvent arrival) => arrival.TaskCompleted?.TaskScheduledId ?? arrival.TaskFailed?.TaskScheduledId;

    private sealed record Revived(long Slot, InstanceRow Row, InstanceState State, long Turns, long Consumed, List<InboxRow> Inbox)
    {
        public bool IsParked { get; init; }

        /// <summary>The number of the last event that has a row.</summary>
        public long Written => Consumed + Inbox.Count;
    }
}
