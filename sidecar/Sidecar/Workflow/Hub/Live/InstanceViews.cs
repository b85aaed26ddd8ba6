using Sidecar.Protos.Workflow.Stored;
using Sidecar.State;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>How instances look, alive or over, to those who only ask.</summary>
internal sealed class InstanceViews(HubCore core)
{
    private const int MostOnPage = 1024;

    /// <summary>Answers with null for none, on the loop or elsewhere.</summary>
    public void Find<T>(string id, Action<InstanceView?> found, TaskCompletionSource<T> caller)
    {
        if (core.Instances.Find(id) is { } live)
        {
            found(live.View);
        }
        else if (core.Finished.Recent(id) is { } recent)
        {
            found(recent);
        }
        else
        {
            core.Finished.Find(id, row => Read(id, row, found, caller), reason => caller.TrySetException(reason));
        }
    }

    public async Task<(IReadOnlyList<string> Ids, string? Next)> ListAsync(string? after, int pageSize, CancellationToken cancellation)
    {
        pageSize = pageSize is > 0 and <= MostOnPage ? pageSize : MostOnPage;
        if (core.Store is not IListsKeys store)
        {
            throw new HubException(HubFailure.Invalid, "the state store of the workflows cannot list keys");
        }

        var keys = await store.ListKeysAsync(core.Keys.AllFinished, core.Keys.AllFinished + after, pageSize + 1, cancellation);
        var ids = keys.Select(core.Keys.InstanceOf).ToHashSet(StringComparer.Ordinal);
        ids.UnionWith(await core.Loop.AskAsync<List<string>>(answer => answer.TrySetResult(LiveAfter(after, pageSize + 1)), cancellation));
        var page = ids.Order(IListsKeys.Utf8Order).Take(pageSize + 1).ToList();
        return page.Count > pageSize ? (page[..pageSize], page[pageSize - 1]) : (page, null);
    }

    private List<string> LiveAfter(string? after, int most) =>
    [
        .. core.Instances.All.Where(instance => instance.View is not null && IListsKeys.Utf8Order.Compare(instance.Id, after ?? "") > 0).Select(instance => instance.Id).Order(IListsKeys.Utf8Order).Take(most),
    ];

    private void Read<T>(string id, FinishedRow? row, Action<InstanceView?> found, TaskCompletionSource<T> caller)
    {
        if (row is null)
        {
            found(core.Instances.Find(id)?.View);
            return;
        }

        core.Answer(
            () => core.Reader.ViewAsync(id, row, core.Stopping),
            view =>
            {
                if (view is null)
                {
                    // Its rows went away meanwhile: it was purged, or began again.
                    core.Finished.Changed(id);
                    Find(id, found, caller);
                    return;
                }

                found(view);
            },
            reason => caller.TrySetException(reason));
    }
}
