using Dapr.Workflow;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sdk.Tests.Ground;

namespace Sdk.Tests.Workflow.EndToEnd;

/// <summary>A worker beside a real sidecar.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly RunningSidecar sidecar;
    private readonly IHost host;

    private Stage(RunningSidecar sidecar, IHost host)
    {
        this.sidecar = sidecar;
        this.host = host;
    }

    public DaprWorkflowClient Client => host.Services.GetRequiredService<DaprWorkflowClient>();

    public static async Task<Stage> StartAsync(Action<WorkflowRuntimeOptions> register)
    {
        var sidecar = await RunningSidecar.StartAsync($"wf-{Rig.Key()[..8]}", hasWorkflows: true);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("DAPR_GRPC_ENDPOINT", sidecar.GrpcEndpoint), new("DAPR_API_TOKEN", "")]);
        builder.Logging.ClearProviders();
        builder.Services.AddDaprWorkflow(register);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new Stage(sidecar, host);
    }

    /// <summary>Runs one to its end.</summary>
    public async Task<WorkflowState> RunAsync(string workflow, object? input = null, string? id = null)
    {
        id = await Client.ScheduleNewWorkflowAsync(workflow, id, input);
        return await EndAsync(id);
    }

    public async Task<WorkflowState> EndAsync(string id)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Rig.Patience);
        return await Client.WaitForWorkflowCompletionAsync(id, cancellation: limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        await sidecar.DisposeAsync();
    }
}
