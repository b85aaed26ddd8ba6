using Dapr.Workflow;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sdk.Tests.Workflow.Ground;

/// <summary>An app with workflows beside a sidecar that the test plays.</summary>
internal sealed class WorkerRig : IAsyncDisposable
{
    private readonly IHost host;

    private WorkerRig(FakeSidecar sidecar, IHost host)
    {
        Sidecar = sidecar;
        this.host = host;
    }

    public FakeSidecar Sidecar { get; }

    public IServiceProvider Services => host.Services;

    public DaprWorkflowClient Client => Services.GetRequiredService<DaprWorkflowClient>();

    public static Task<WorkerRig> StartAsync(Action<WorkflowRuntimeOptions> register, Action<IServiceCollection>? add = null) =>
        StartWithAsync(services => { services.AddDaprWorkflow(register); add?.Invoke(services); });

    public static async Task<WorkerRig> StartWithAsync(Action<IServiceCollection> add, FakeSidecar? with = null)
    {
        var sidecar = with ?? await FakeSidecar.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["DAPR_GRPC_ENDPOINT"] = $"http://127.0.0.1:{sidecar.Port}", ["DAPR_API_TOKEN"] = "" });
        builder.Logging.ClearProviders();
        add(builder.Services);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new WorkerRig(sidecar, host);
    }

    public Task StopAsync() => host.StopAsync(TestContext.Current.CancellationToken);

    /// <summary>An instance of one workflow, turn by turn.</summary>
    public Story Tell(string workflow, string? input = null, string instanceId = "order-1", string? executionId = null) => new(Sidecar, workflow, input, instanceId, executionId);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        await Sidecar.DisposeAsync();
    }
}
