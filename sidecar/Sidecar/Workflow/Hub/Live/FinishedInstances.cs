using Sidecar.Protos.Workflow.Stored;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>
/// Instances that are over: they are in the store and cost nothing here, but for the last few. Questions that come together are read
/// together; while the store is away they wait.
/// </summary>
internal sealed class FinishedInstances(HubCore core)
{
    private const int MostAtOnce = 512;
    private readonly Dictionary<string, Question> asked = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();
    private readonly Dictionary<string, (FinishedRow Row, InstanceView View)> recent = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, long Bytes)> recentOrder = new();
    private long recentBytes;
    private bool isReading;

    public static FinishedRow RowOf(LiveInstance instance) =>
        new() { Serial = instance.Serial, Generation = instance.State.Generation, Turns = instance.Turns };

    public InstanceView? Recent(string id) => recent.TryGetValue(id, out var known) ? known.View : null;

    /// <summary>Null for none, at the moment of the answer, on the loop.</summary>
    public void Find(string id, Action<FinishedRow?> found, Action<Exception> failed)
    {
        if (recent.TryGetValue(id, out var known))
        {
            found(known.Row);
            return;
        }

        if (core.IsLost)
        {
            failed(HubException.Moved());
            return;
        }

        if (!asked.TryGetValue(id, out var question))
        {
            asked[id] = question = new Question();
            order.Enqueue(id);
        }

        question.Askers.Add((found, failed));
        Read();
    }

    public void Ended(LiveInstance instance, InstanceView view)
    {
        Changed(instance.Id);
        recent[instance.Id] = (RowOf(instance), view);
        recentOrder.Enqueue((instance.Id, instance.State.History.Bytes));
        recentBytes += instance.State.History.Bytes;
        while (recentOrder.Count > core.Settings.RecentlyFinished || recentBytes > core.Settings.RecentlyFinishedBytes)
        {
            var (id, bytes) = recentOrder.Dequeue();
            recentBytes -= bytes;
            recent.Remove(id);
        }
    }

    /// <summary>It was started again or removed.</summary>
    public void Changed(string id)
    {
        recent.Remove(id);
        if (asked.TryGetValue(id, out var question))
        {
            question.IsStale = true;
        }
    }

    public void FailAll(Exception reason)
    {
        foreach (var (_, failed) in asked.Values.SelectMany(question => question.Askers))
        {
            failed(reason);
        }

        asked.Clear();
    }

    private void Read()
    {
        if (isReading || order.Count == 0)
        {
            return;
        }

        var ids = new List<string>();
        while (ids.Count < MostAtOnce && order.TryDequeue(out var id))
        {
            ids.Add(id);
            asked[id].IsStale = false;
        }

        isReading = true;
        _ = Task.Run(() => ReadAsync(ids));
    }

    private async Task ReadAsync(List<string> ids)
    {
        try
        {
            var rows = await core.Reader.FinishedAsync(ids, core.Stopping);
            core.Loop.Post(() => Answer(ids, rows));
        }
        catch (OperationCanceledException)
        {
            // Everybody who asked was told.
        }
    }

    private void Answer(List<string> ids, IReadOnlyDictionary<string, FinishedRow> rows)
    {
        isReading = false;
        foreach (var id in ids)
        {
            if (!asked.TryGetValue(id, out var question))
            {
                continue;
            }

            if (question.IsStale)
            {
                order.Enqueue(id);
                continue;
            }

            asked.Remove(id);
            question.Askers.ForEach(asker => asker.Found(rows.GetValueOrDefault(id)));
        }

        Read();
    }

    private sealed class Question
    {
        public List<(Action<FinishedRow?> Found, Action<Exception> Failed)> Askers { get; } = [];

        /// <summary>It changed while it was being read.</summary>
        public bool IsStale { get; set; }
    }
}
