using Sidecar.Protos.Workflow;
using Sidecar.Protos.Workflow.Stored;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>
/// Bounds what histories of instances that wait take of the memory: those that have waited longest are only in the store then, and are
/// read again for the next turn.
/// </summary>
internal sealed class HistoryShelf(HubCore core)
{
    /// <summary>Smaller ones are not worth the reading.</summary>
    private const long Worthwhile = 4096;
    private readonly LinkedList<LiveInstance> waiting = new();
    private long bytes;

    /// <summary>It has nothing to do for now.</summary>
    public void Put(LiveInstance instance)
    {
        var history = instance.State.History;
        if (instance.OnShelf is not null || history.IsAway || history.Bytes < Worthwhile)
        {
            return;
        }

        instance.OnShelf = waiting.AddLast(instance);
        bytes += history.Bytes;
        while (bytes > core.Settings.WaitingHistoryBytes && waiting.First is { } longest)
        {
            Take(longest.Value);
            longest.Value.State.History.Drop();
        }
    }

    public void Take(LiveInstance instance)
    {
        if (instance.OnShelf is { } place)
        {
            instance.OnShelf = null;
            waiting.Remove(place);
            bytes -= instance.State.History.Bytes;
        }
    }

    /// <summary>Reads it again; the instance rests until then, and goes on by itself.</summary>
    public void Fetch(LiveInstance instance)
    {
        core.Turns.Enter(instance, Phase.Loading);
        var keys = new List<string>();
        for (var turn = 0L; turn < instance.Turns; turn++)
        {
            keys.Add(core.Keys.Turn(instance.Serial, instance.State.Generation, turn));
        }

        core.Answer(() => core.Reader.ManyAsync(keys, TurnRow.Parser, core.Stopping), rows => Fill(instance, keys, rows), core.LoseLater);
    }

    /// <summary>Answers with its events, or with null when it should be asked for in another way.</summary>
    public void Read(string id, TaskCompletionSource<IReadOnlyList<HistoryEvent>?> caller)
    {
        if (core.Instances.Find(id) is not { View: not null } instance || !instance.State.History.IsAway)
        {
            caller.TrySetResult(null);
            return;
        }

        instance.Readers.Add(caller);
        if (instance.Phase == Phase.Resting)
        {
            Fetch(instance);
        }
    }

    public void FailAll(Exception reason)
    {
        foreach (var reader in core.Instances.All.SelectMany(instance => instance.Readers))
        {
            reader.TrySetException(reason);
        }
    }

    private void Fill(LiveInstance instance, List<string> keys, Dictionary<string, TurnRow> rows)
    {
        if (!instance.IsGone)
        {
            instance.State.History.Fill(keys.Select(key => (rows[key].PastEvents.Memory, rows[key].EventCount)));
        }

        foreach (var reader in instance.Readers)
        {
            reader.TrySetResult(instance.IsGone ? null : instance.View!.History.Read());
        }

        instance.Readers.Clear();
        if (instance.Phase == Phase.Loading)
        {
            core.Turns.Rest(instance);
        }
    }
}
