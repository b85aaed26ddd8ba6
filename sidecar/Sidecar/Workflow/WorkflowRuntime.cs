using Sidecar.Absent;
using Sidecar.Configuration;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Http;
using Sidecar.Metadata;
using Sidecar.State;
using Sidecar.Telemetry;
using Sidecar.Workflow.Management;
using Sidecar.Workflow.TaskHub;
using Sidecar.Workflow.Watch;

namespace Sidecar.Workflow;

/// <summary>The workflows of one sidecar, as far as its APIs are concerned; without a store that keeps them there are none.</summary>
internal sealed class WorkflowRuntime : IAsyncDisposable
{
    /// <summary>The actors that workflows are in daprd.</summary>
    private static readonly string[] ActorKinds = ["retentioner", "workflow", "activity"];

    private readonly string[] actorTypes;
    private readonly Parts? parts;

    public WorkflowRuntime(SidecarOptions options, WorkflowConfiguration configuration, StateComponent? store, SidecarTelemetry telemetry, TimeProvider time)
    {
        var ns = options.Namespace.Length > 0 ? options.Namespace : "default";
        actorTypes = [.. ActorKinds.Select(kind => $"dapr.internal.{ns}.{options.AppId}.{kind}")];
        parts = store is null ? null : new Parts(options, configuration, store, telemetry, time);
    }

    public IEnumerable<ApiRoute> Routes => parts is null ? AbsentWorkflows.Routes : new ManagementHttp(parts.Management).Routes;

    public void Register(GrpcMethods methods)
    {
        if (parts is null)
        {
            AbsentWorkflows.Register(methods);
            AbsentTaskHub.Register(methods);
            return;
        }

        new ManagementGrpc(parts.Management).Register(methods);
        new TaskHubGrpc(parts.Workflows, parts.Creation, parts.Workers).Register(methods);
    }

    /// <summary>What other sidecars of the app ask on the internal port.</summary>
    public void RegisterInternal(GrpcMethods methods)
    {
        if (parts is not null)
        {
            new LeaderGrpc(parts.Places).Register(methods);
        }
    }

    /// <summary>From here on this sidecar may lead; others find it at that address.</summary>
    public void Start(string address) => parts?.Places.Start(address);

    /// <summary>Lets go of workers, callers and the lead.</summary>
    public Task StopAsync() => parts?.Places.StopAsync() ?? Task.CompletedTask;

    public WorkflowInfo? Describe() => parts is null ? null : new WorkflowInfo(parts.Workers.Connected, parts.Workers.Connected > 0 ? actorTypes : []);

    public async ValueTask DisposeAsync()
    {
        if (parts is not null)
        {
            await parts.Places.DisposeAsync();
        }
    }

    private sealed class Parts
    {
        public Parts(SidecarOptions options, WorkflowConfiguration configuration, StateComponent store, SidecarTelemetry telemetry, TimeProvider time)
        {
            var spans = new WorkflowSpans(telemetry.Tracer);
            Places = new WorkflowPlaces(options, configuration, store, new HubReport(spans, telemetry.Metrics.Workflows, time), time, telemetry.Loggers);
            Workflows = new LedWorkflows(Places, telemetry.Metrics.Workflows, time);
            Creation = new InstanceCreation(Workflows, spans);
            Management = new WorkflowManagement(Workflows, Creation);
            Workers = new WorkerStreams(Workflows, Places);
        }

        public WorkflowPlaces Places { get; }

        public LedWorkflows Workflows { get; }

        public InstanceCreation Creation { get; }

        public WorkflowManagement Management { get; }

        public WorkerStreams Workers { get; }
    }
}
