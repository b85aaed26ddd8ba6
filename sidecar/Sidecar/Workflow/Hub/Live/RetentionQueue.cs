using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow.Stored;
using Sidecar.Workflow.Hub.Commits;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>
/// Finished instances that are kept equally long, in the order of their ends, which is the order of their removal. They are in the store;
/// here is only where the queue begins and ends.
/// </summary>
internal sealed class RetentionQueue(HubCore core, string kind, TimeSpan keep)
{
    private const int AtOnce = 128;
    private long first;
    private long next;
    private DueTimer? timer;
    private bool isBusy;

    public void Add(Change change, string id, long serial)
    {
        var due = core.Clock.UtcNow + keep;
        change.Put(core.Keys.Retention(kind, next++), new RetentionRow { InstanceId = id, Serial = serial, Due = Timestamp.FromDateTimeOffset(due) });
        if (!isBusy && timer is null or { IsOver: true })
        {
            timer = core.Timers.Add(due.UtcTicks, Look);
        }
    }

    public async Task RestoreAsync(CancellationToken cancellation)
    {
        first = (await core.Reader.OneAsync(core.Keys.RetentionHead(kind), RetentionHeadRow.Parser, cancellation))?.First ?? 0;
        next = await EndAsync(cancellation);
        if (first < next)
        {
            core.Loop.Post(Look);
        }
    }

    /// <summary>There is no gap: by leaps to beyond the end, then by halves back to it.</summary>
    private async Task<long> EndAsync(CancellationToken cancellation)
    {
        var (there, missing) = (first - 1, first);
        for (var leap = 1L; await IsThereAsync(missing); leap *= 2)
        {
            there = missing;
            missing += leap;
        }

        while (missing - there > 1)
        {
            var middle = there + ((missing - there) / 2);
            (there, missing) = await IsThereAsync(middle) ? (middle, missing) : (there, middle);
        }

        return missing;

        async Task<bool> IsThereAsync(long number) => await core.Reader.OneAsync(core.Keys.Retention(kind, number), RetentionRow.Parser, cancellation) is not null;
    }

    private void Look()
    {
        timer = null;
        if (isBusy || first == next)
        {
            return;
        }

        isBusy = true;
        var (from, to, now) = (first, Math.Min(next, first + AtOnce), core.Clock.UtcNow);
        core.Answer(() => ReadAsync(from, to, now), found => Remove(from, found.Rows, found.Over, now), problem => core.Log.LogError("Finished workflows are not removed: {Problem}", problem.Message));
    }

    /// <summary>The rows that are due, and the first that is not.</summary>
    private async Task<(List<RetentionRow> Rows, Dictionary<string, FinishedRow> Over)> ReadAsync(long from, long to, DateTimeOffset now)
    {
        var keys = new List<string>();
        for (var number = from; number < to; number++)
        {
            keys.Add(core.Keys.Retention(kind, number));
        }

        var found = await core.Reader.ManyAsync(keys, RetentionRow.Parser, core.Stopping);

        // One that is missing belongs to an end that is not committed yet, or never was.
        var rows = keys.ConvertAll(key => found.GetValueOrDefault(key) ?? new RetentionRow());
        var due = rows.TakeWhile(row => row.Due is null || row.Due.ToDateTimeOffset() <= now).ToList();
        var (_, over) = await core.StandingAsync([.. due.Where(row => row.InstanceId.Length > 0).Select(row => row.InstanceId).Distinct(StringComparer.Ordinal)]);
        return (due.Count < rows.Count ? [.. due, rows[due.Count]] : due, over);
    }

    /// <param name="now">As it was for the reading: what has come due since was not looked up, and would be forgotten.</param>
    private void Remove(long from, List<RetentionRow> rows, Dictionary<string, FinishedRow> over, DateTimeOffset now)
    {
        isBusy = false;
        var change = new Change(null, Look, _ => Look());
        var removed = 0;
        foreach (var row in rows)
        {
            if (row.Due is not null && row.Due.ToDateTimeOffset() is var due && due > now)
            {
                timer = core.Timers.Add(due.UtcTicks, Look);
                break;
            }

            if (over.TryGetValue(row.InstanceId, out var finished) && finished.Serial == row.Serial && core.Instances.Find(row.InstanceId) is null)
            {
                Removal.Delete(change, core.Keys, row.InstanceId, finished);
                core.Finished.Changed(row.InstanceId);
            }

            change.Delete(core.Keys.Retention(kind, from + removed++));
        }

        if (removed > 0)
        {
            first = from + removed;
            change.Put(core.Keys.RetentionHead(kind), new RetentionHeadRow { First = first });
            core.Commits.Add(change);
        }
    }
}
