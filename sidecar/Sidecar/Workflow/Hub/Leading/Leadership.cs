using Sidecar.Protos.Workflow.Stored;
using Sidecar.State;
using Sidecar.Workflow.Hub.Commits;
using Sidecar.Workflow.Hub.Rows;

namespace Sidecar.Workflow.Hub.Leading;

/// <summary>
/// Who leads the workflows of an app id. The lease is believed until somebody finds its leader gone; then whoever needs one leads. Nothing
/// is polled and nothing beats: that two think they lead does no harm, because only one of them can commit.
/// </summary>
internal sealed class Leadership(HubSettings settings, IStateStore store, string address, TimeProvider time, ILogger log, HubWatch watch) : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Lease lease = new(store, new HubKeys(settings.AppId), address);
    private Leader? known;
    private HubCore? core;
    private Task<Leader>? search;
    private long doubted;

    /// <summary>Tells who led before, as far as that can be told: one that is idle would not notice for long that it leads no more.</summary>
    public Func<LeaseRow, Task> Deposed { get; init; } = static _ => Task.CompletedTask;

    /// <summary>The hub of this sidecar, if that is what leads under this run id.</summary>
    public WorkflowHub? Here(string runId) => known is { Hub: { } hub } leader && leader.RunId == runId && !hub.Lost.IsCompleted ? hub : null;

    public WorkflowHub? Hub => known is { Hub: { } hub } && !hub.Lost.IsCompleted ? hub : null;

    /// <summary>The leader; this sidecar becomes it when nobody is.</summary>
    public async ValueTask<Leader> FindAsync(CancellationToken cancellation)
    {
        if (known is { } leader && leader.Hub?.Lost.IsCompleted != true)
        {
            return leader;
        }

        // Whoever asked first may be gone before there is an answer; the others are not.
        Task<Leader> running;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stop.IsCancellationRequested, this);
            if (known is { } found && found.Hub?.Lost.IsCompleted != true)
            {
                return found;
            }

            running = search is { IsCompleted: false } ? search : search = Task.Run(() => SearchAsync(stop.Token));
        }

        return await running.WaitAsync(cancellation);
    }

    /// <summary>It does not answer, or says that it leads no longer. Unless the lease names another by now, this sidecar takes over next.</summary>
    public void Doubt(Leader leader)
    {
        if (leader.Hub is null)
        {
            Interlocked.Exchange(ref doubted, leader.Term);
            Interlocked.CompareExchange(ref known, null, leader);
        }
    }

    /// <summary>Whether there is a leader, or was one that said no goodbye.</summary>
    public async Task<bool> IsLedAsync(CancellationToken cancellation) => await lease.ReadAsync(cancellation) is { Row: not null };

    /// <summary>Says goodbye when it leads, so that the next one need not wait for anything.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            stop.Cancel();
        }

        await (search ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var last = core;
        if (last is null || last.IsLost)
        {
            return;
        }

        await last.DisposeAsync();
        if (last.IsDrained)
        {
            try
            {
                await lease.ReleaseAsync(last.Fence, CancellationToken.None);
            }
            catch (Exception problem)
            {
                log.LogWarning("The lease of the workflows stays: {Problem}", problem.Message);
            }
        }
    }

    private async Task<Leader> SearchAsync(CancellationToken cancellation)
    {
        for (var pause = TimeSpan.FromMilliseconds(20); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var (row, etag) = await lease.ReadAsync(cancellation);
                if (row is { RunId.Length: > 0 } && row.Address != address && row.Term != Interlocked.Read(ref doubted))
                {
                    log.LogInformation("The workflows of {App} are led by the sidecar at {Address}", settings.AppId, row.Address);
                    return known = new Leader(row.Term, row.RunId, row.Address, null);
                }

                if (await LeadAsync(row, etag, cancellation) is { } leader)
                {
                    if (row is { RunId.Length: > 0 } && row.Address != address)
                    {
                        _ = Deposed(row);
                    }

                    return known = leader;
                }
            }
            catch (Exception problem) when (!cancellation.IsCancellationRequested)
            {
                log.LogWarning("The leader of the workflows cannot be found or replaced and is looked for again: {Problem}", problem.Message);
            }

            await Task.Delay(pause, TimeProvider.System, cancellation);
        }
    }

    /// <summary>Null when another was faster.</summary>
    private async Task<Leader?> LeadAsync(LeaseRow? before, string? etag, CancellationToken cancellation)
    {
        var runId = Guid.NewGuid().ToString("N");
        Fence fence;
        try
        {
            fence = await lease.TakeAsync(before, etag, runId, cancellation);
        }
        catch (Exception failure)
        {
            var (now, _) = await lease.ReadAsync(cancellation);
            if (now?.RunId != runId)
            {
                log.LogDebug("The workflows of {App} could not be taken over: {Problem}", settings.AppId, failure.Message);
                return null;
            }

            fence = new Fence(new HubKeys(settings.AppId), now.Term, runId);
        }

        if (!await lease.IsFencedAsync(fence, cancellation))
        {
            log.LogWarning("The state store of the workflows of {App} cannot keep two sidecars apart: only one sidecar of this app may use it", settings.AppId);
        }

        var hub = new HubCore(settings, store, fence, time, log, watch);
        core = hub;
        try
        {
            await hub.Revival.AllAsync(cancellation);
            await hub.Retention.RestoreAsync(cancellation);
        }
        catch (Exception problem)
        {
            hub.Loop.Post(() => hub.Lose(problem));
            throw;
        }

        log.LogInformation("This sidecar leads the workflows of {App} now (term {Term}): {Count} are not over", settings.AppId, fence.Term, hub.Instances.Count);
        return new Leader(fence.Term, runId, address, new WorkflowHub(hub));
    }
}
