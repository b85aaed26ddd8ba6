using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Configuration;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Protos.Workflow.Stored;
using Sidecar.State;
using Sidecar.Workflow.Hub;
using Sidecar.Workflow.Hub.Leading;

namespace Sidecar.Workflow.TaskHub;

/// <summary>Where the workflows of the app are led, as long as that holds.</summary>
internal sealed record WorkflowPlace(Leader Leader, IWorkflows Workflows);

/// <summary>Knows the place where workflows are led, and makes this sidecar that place when it must be.</summary>
internal sealed class WorkflowPlaces(SidecarOptions options, WorkflowConfiguration configuration, StateComponent store, HubWatch watch, TimeProvider time, ILoggerFactory loggers)
    : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ILogger log = loggers.CreateLogger("dapr.runtime.workflow");
    private readonly TaskCompletionSource<Leadership> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, GrpcChannel> channels = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private volatile WorkflowPlace? last;

    /// <summary>By which other sidecars know this one.</summary>
    public string Address { get; private set; } = "";

    public bool IsStopping => stopping.IsCancellationRequested;

    public void Start(string address)
    {
        Address = address;
        var settings = new HubSettings(options.AppId) { Workflow = configuration, MaxMessageBytes = options.MaxBodySize };
        var leadership = new Leadership(settings, store.Store, address, time, log, watch) { Deposed = TellAsync };
        started.SetResult(leadership);
        _ = ReviveAsync(leadership);
    }

    /// <summary>Looking for it goes on when the caller has gone: others want to know, too.</summary>
    public async Task<WorkflowPlace> FindAsync(CancellationToken cancellation)
    {
        try
        {
            var leadership = await started.Task.WaitAsync(cancellation);
            ObjectDisposedException.ThrowIf(IsStopping, this);
            var finding = leadership.FindAsync(stopping.Token);
            var leader = finding.IsCompletedSuccessfully ? finding.Result : await finding.AsTask().WaitAsync(cancellation);
            return last is { } place && ReferenceEquals(place.Leader, leader) ? place : last = Place(leader);
        }
        catch (Exception problem) when (problem is ObjectDisposedException || (IsStopping && problem is OperationCanceledException))
        {
            throw Ended();
        }
    }

    /// <summary>It was not there, or says that it leads no longer.</summary>
    public async Task LeftAsync(WorkflowPlace place) => (await started.Task).Doubt(place.Leader);

    /// <summary>What this sidecar leads under that run id. While it is still taking over, that is waited for.</summary>
    public async ValueTask<IWorkflows> HereAsync(string run, CancellationToken cancellation)
    {
        if (last is { } place && place.Leader.RunId == run && place.Leader.Hub is { Lost.IsCompleted: false })
        {
            return place.Workflows;
        }

        WorkflowPlace found;
        try
        {
            found = await FindAsync(cancellation);
        }
        catch (ApiException) when (IsStopping)
        {
            // Whoever passes a call on asks the next leader; its caller need not know.
            throw HubException.Moved();
        }

        return found.Leader.RunId == run && found.Leader.Hub is not null ? found.Workflows : throw HubException.Moved();
    }

    /// <summary>Another sidecar says that it leads now.</summary>
    public async Task CheckAsync()
    {
        if ((await started.Task).Hub is { } hub)
        {
            await hub.CheckAsync();
        }
    }

    /// <summary>Whoever waits here is told that this is the end; the lead is given back.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        if (started.Task.IsCompletedSuccessfully)
        {
            await started.Task.Result.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var channel in channels.Values)
        {
            channel.Dispose();
        }

        stopping.Dispose();
    }

    /// <summary>Timers of whoever led and is gone should not wait until somebody calls.</summary>
    private async Task ReviveAsync(Leadership leadership)
    {
        try
        {
            if (await leadership.IsLedAsync(stopping.Token))
            {
                await leadership.FindAsync(stopping.Token);
            }
        }
        catch (Exception problem) when (!IsStopping)
        {
            log.LogWarning("Workflows of before are looked for when somebody needs them: {Problem}", problem.Message);
        }
        catch (Exception)
        {
            // It ends before it has begun.
        }
    }

    /// <summary>Who was taken for gone may live, with workers that wait for work in vain.</summary>
    private async Task TellAsync(LeaseRow before)
    {
        var options = new GrpcCallOptions { Timeout = Patience };
        for (var pause = TimeSpan.FromSeconds(1); pause < TimeSpan.FromMinutes(2) && !IsStopping; pause *= 2)
        {
            try
            {
                await Channel(before.Address).UnaryAsync(LeaderProtocol.Service + LeaderProtocol.Check, new Empty(), Empty.Parser, options, stopping.Token);
                return;
            }
            catch (GrpcException away)
            {
                log.LogDebug("Who led the workflows before cannot be told that it is over: {Problem}", away.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(pause, TimeProvider.System, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private GrpcChannel Channel(string leader) =>
        channels.GetOrAdd(leader, address => new GrpcChannel(new Uri($"http://{address}"), options.MaxBodySize, time, pings: true));

    private WorkflowPlace Place(Leader leader)
    {
        if (leader.Hub is { } hub)
        {
            return new WorkflowPlace(leader, new HereWorkflows(hub));
        }

        return new WorkflowPlace(leader, new ThereWorkflows(Channel(leader.Address), leader.RunId, stopping.Token));
    }

    private static ApiException Ended() => TaskHubErrors.Unavailable("shutting down");
}
