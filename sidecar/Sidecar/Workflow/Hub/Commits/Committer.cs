using Sidecar.State;

namespace Sidecar.Workflow.Hub.Commits;

/// <summary>What came of a group: all is durable but what is named here.</summary>
internal sealed record CommitResult(IReadOnlyList<(Change Change, Exception Reason)> Refused)
{
    public static readonly CommitResult Whole = new([]);
}

/// <summary>
/// Writes groups of changes, one transaction at a time, each behind the fence. A failure whose outcome is unknown is cleared up by
/// reading the fence; a store that is away is waited for; a group that a healthy store keeps refusing is taken apart.
/// </summary>
internal sealed class Committer(IStateStore store, Fence fence, ILogger logger, CancellationToken stop)
{
    private const int RefusalsBeforeSplit = 3;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>What was tried under the fence's present number: a transaction may still happen after it was given up.</summary>
    private readonly List<IReadOnlyList<Change>> attempts = [];
    private readonly HashSet<Change> landed = [];
    private bool isAway;

    /// <summary>Throws <see cref="HubLostException"/> when another leads, and when told to stop.</summary>
    public async Task<CommitResult> CommitAsync(IReadOnlyList<Change> group)
    {
        landed.Clear();
        return await RefusalOf(group) is null ? CommitResult.Whole : await OneByOneAsync(group);
    }

    private async Task<CommitResult> OneByOneAsync(IReadOnlyList<Change> group)
    {
        var refused = new List<(Change, Exception)>();
        var culprits = new HashSet<object>();
        foreach (var change in group)
        {
            if (landed.Contains(change))
            {
                continue;
            }

            if (change.Owner is { } owner && culprits.Contains(owner))
            {
                refused.Add((change, refused[^1].Item2));
                continue;
            }

            if (await RefusalOfOneAsync(change) is { } reason)
            {
                refused.Add((change, reason));
                if (change.Owner is not null)
                {
                    culprits.Add(change.Owner);
                }
            }
        }

        return new CommitResult(refused);
    }

    /// <summary>It is to blame only when a commit without it goes through.</summary>
    private async Task<Exception?> RefusalOfOneAsync(Change change)
    {
        for (var pause = TimeSpan.FromMilliseconds(100); ; pause = Longer(pause))
        {
            if (await RefusalOf([change]) is not { } reason || landed.Contains(change))
            {
                return null;
            }

            if (await RefusalOf([]) is null && !landed.Contains(change))
            {
                return reason;
            }

            await Task.Delay(pause, TimeProvider.System, stop);
        }
    }

    /// <summary>Null when it, or an earlier attempt in its place, was written.</summary>
    private async Task<Exception?> RefusalOf(IReadOnlyList<Change> group)
    {
        var rows = new List<StateWrite>();
        fence.AddTo(rows, attempts.Count);
        foreach (var change in group)
        {
            change.Encode(rows);
        }

        attempts.Add(group);
        var pause = TimeSpan.FromMilliseconds(10);
        for (var refusals = 0; ; pause = Longer(pause))
        {
            stop.ThrowIfCancellationRequested();
            Exception failure;
            try
            {
                await store.TransactAsync(rows, CancellationToken.None);
                Land(group);
                return null;
            }
            catch (Exception error)
            {
                failure = error;
            }

            switch (await WasWrittenAsync())
            {
                case true:
                    return null;
                case false when ++refusals == RefusalsBeforeSplit:
                    return failure;
                default:
                    Report(failure);
                    await Task.Delay(pause, TimeProvider.System, stop);
                    break;
            }
        }
    }

    /// <summary>Null when the store does not say.</summary>
    private async Task<bool?> WasWrittenAsync()
    {
        StateItem? found;
        try
        {
            found = await store.GetAsync(new StateRead(fence.Key, "strong"), CancellationToken.None);
        }
        catch (Exception error)
        {
            Report(error);
            return null;
        }

        if (found is null)
        {
            return false;
        }

        var attempt = fence.AttemptOf(found) ?? throw new HubLostException("another sidecar leads the workflows of this app now");
        Land(attempts[attempt]);
        return true;
    }

    private void Land(IReadOnlyList<Change> group)
    {
        landed.UnionWith(group);
        attempts.Clear();
        fence.Advance();
        if (isAway)
        {
            isAway = false;
            logger.LogInformation("The state store takes workflows again");
        }
    }

    private void Report(Exception failure)
    {
        if (!isAway)
        {
            isAway = true;
            logger.LogWarning("The state store does not take workflows: {Problem}. What happens meanwhile is kept and written later", failure.Message);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;
}
