using Sidecar.Protos.Workflow.Stored;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>Walks from an instance that is over to the children that its history names, and on to theirs.</summary>
internal sealed class ChildTrees(HubCore core)
{
    /// <summary>Answers, on the loop, with the first descendant that is not over; null when there is none. Purged ones count as over.</summary>
    public void FindLive(string id, FinishedRow row, Action<string?> answer, Action<Exception> failed) =>
        Walk(id, row, [id], live => answer(live.Count > 0 ? live[0] : null), failed, stopAtLive: true, []);

    /// <summary>Answers with every descendant that is over, and with those that are not.</summary>
    public void All(string id, FinishedRow row, Action<List<(string Id, FinishedRow Row)>, List<string>> answer, Action<Exception> failed)
    {
        var over = new List<(string, FinishedRow)>();
        Walk(id, row, [id], live => answer(over, live), failed, stopAtLive: false, over);
    }

    private void Walk(string id, FinishedRow row, HashSet<string> seen, Action<List<string>> answer, Action<Exception> failed, bool stopAtLive, List<(string, FinishedRow)> over) =>
        core.Answer(() => WalkAsync(id, row, seen, stopAtLive, over), answer, failed);

    private async Task<List<string>> WalkAsync(string id, FinishedRow row, HashSet<string> seen, bool stopAtLive, List<(string, FinishedRow)> over)
    {
        var live = new List<string>();
        var left = new Queue<(string Id, FinishedRow Row)>();
        left.Enqueue((id, row));
        while (left.TryDequeue(out var next))
        {
            over.Add(next);
            if (await core.Reader.ViewAsync(next.Id, next.Row, core.Stopping) is not { } view)
            {
                continue;
            }

            var children = view.Children.Where(child => child.TargetAppId is null && seen.Add(child.InstanceId)).Select(child => child.InstanceId).ToList();
            var (isLive, finished) = await core.StandingAsync(children);
            live.AddRange(isLive);
            if (stopAtLive && live.Count > 0)
            {
                break;
            }

            foreach (var (child, childRow) in finished)
            {
                left.Enqueue((child, childRow));
            }
        }

        return live;
    }
}
