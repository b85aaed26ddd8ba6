using System.Globalization;
using System.Text;
using Google.Protobuf;
using Sidecar.Protos.Workflow.Stored;
using Sidecar.State;
using Sidecar.Workflow.Hub.Commits;
using Sidecar.Workflow.Hub.Rows;

namespace Sidecar.Workflow.Hub.Leading;

/// <summary>
/// The row that names the leader. It is taken over together with the fence of whoever led before: from then on that one cannot commit,
/// whether it knows or not.
/// </summary>
internal sealed class Lease(IStateStore store, HubKeys keys, string address)
{
    private const int Parallelism = 4;

    public async Task<(LeaseRow? Row, string? ETag)> ReadAsync(CancellationToken cancellation) =>
        await store.GetAsync(new StateRead(keys.Lease, "strong"), cancellation) is { } item
            ? (LeaseRow.Parser.ParseFrom(item.Data.Span), item.ETag)
            : (null, null);

    /// <summary>Throws whatever the store throws; whether it happened then is to be read.</summary>
    public async Task<Fence> TakeAsync(LeaseRow? before, string? etag, string runId, CancellationToken cancellation)
    {
        var term = (before?.Term ?? 0) + 1;
        var rows = new List<StateWrite>();
        if (before is { RunId.Length: > 0 })
        {
            var last = await LastFenceAsync(before, cancellation);

            // This one stays for good: however late the old leader wakes up, it finds its next number taken.
            rows.Add(new StateWrite(keys.Fence(before.Term, last + 1)) { Concurrency = Fence.CreateOnly, Value = Fence.Text(runId) });
            rows.Add(new StateWrite(keys.Fence(before.Term, last)) { IsDelete = true });
            rows.Add(new StateWrite(keys.FenceBase(before.Term)) { IsDelete = true });
        }

        rows.Add(Put(new LeaseRow { Term = term, RunId = runId, Address = address }) with { ETag = etag, Concurrency = Fence.CreateOnly });
        rows.Add(new StateWrite(keys.Fence(term, 0)) { Concurrency = Fence.CreateOnly, Value = Fence.Text(runId) });
        rows.Add(new StateWrite(keys.FenceBase(term)) { Value = Fence.Text("0") });
        await store.TransactAsync(rows, cancellation);
        return new Fence(keys, term, runId);
    }

    /// <summary>False for a store whose transactions overwrite what they were told only to create: there, two leaders would not notice each other.</summary>
    public async Task<bool> IsFencedAsync(Fence fence, CancellationToken cancellation)
    {
        try
        {
            await store.TransactAsync(
                [
                    new StateWrite(keys.Fence(fence.Term, 0)) { Concurrency = Fence.CreateOnly, Value = Fence.Text(fence.RunId) },
                    new StateWrite(keys.FenceBase(fence.Term)) { Value = Fence.Text("0") },
                ],
                cancellation);
            return false;
        }
        catch (Exception)
        {
            // As it should be; or it did not answer, and then that is not the question.
            return true;
        }
    }

    /// <summary>A goodbye: nothing of this leader is on its way any more, so nobody needs to shut it out.</summary>
    public async Task ReleaseAsync(Fence fence, CancellationToken cancellation) => await store.TransactAsync(
        [
            new StateWrite(fence.Key) { Concurrency = Fence.CreateOnly, Value = Fence.Text("goodbye") },
            new StateWrite(fence.Key) { IsDelete = true },
            new StateWrite(keys.Fence(fence.Term, fence.Next - 1)) { IsDelete = true },
            new StateWrite(keys.FenceBase(fence.Term)) { IsDelete = true },
            Put(new LeaseRow { Term = fence.Term }),
        ],
        cancellation);

    private StateWrite Put(LeaseRow row) => new(keys.Lease) { Value = new StateValue(row.ToByteArray(), IsJson: false) };

    private async Task<long> LastFenceAsync(LeaseRow before, CancellationToken cancellation)
    {
        var term = before.Term;
        while (true)
        {
            var item = await store.GetAsync(new StateRead(keys.FenceBase(term), "strong"), cancellation);
            var from = item is null ? 0 : long.Parse(Encoding.UTF8.GetString(item.Data.Span), CultureInfo.InvariantCulture);
            var wanted = Enumerable.Range(0, Fence.Stride + 2).Select(next => from + next).ToDictionary(next => keys.Fence(term, next), next => next, StringComparer.Ordinal);
            var found = await store.GetManyAsync([.. wanted.Keys.Select(key => new StateRead(key, "strong"))], Parallelism, cancellation);
            var there = found.Where(one => one.Item is not null).Select(one => wanted[one.Key]).ToList();
            if (there.Count > 0)
            {
                return there.Max();
            }

            var again = await ReadAsync(cancellation);
            if (again.Row?.RunId != before.RunId)
            {
                throw new HubLostException("another sidecar was faster, or the leader has said goodbye");
            }
        }
    }
}
