using Dapr.Workflow;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Workflow.Tests.Conformance.Ground;

namespace Workflow.Tests.Journeys;

/// <summary>An app made with the SDK beside a sidecar of the test.</summary>
internal sealed class SdkApp : IAsyncDisposable
{
    private readonly IHost host;

    private SdkApp(IHost host) => this.host = host;

    public DaprWorkflowClient Client => host.Services.GetRequiredService<DaprWorkflowClient>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SdkApp> StartAsync(RunningSidecar sidecar, Action<WorkflowRuntimeOptions> workflows)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["DAPR_GRPC_ENDPOINT"] = sidecar.Grpc.ToString() });
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        builder.Services.AddDaprWorkflow(workflows);
        var host = builder.Build();
        await host.StartAsync(Cancellation);
        return new SdkApp(host);
    }

    public async Task<WorkflowState> RunAsync(string workflow, object? input = null, string? id = null)
    {
        id = await Client.ScheduleNewWorkflowAsync(workflow, id, input);
        return await EndAsync(id);
    }

    public async Task<WorkflowState> EndAsync(string id)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        return await Client.WaitForWorkflowCompletionAsync(id, cancellation: limit.Token);
    }

    public Task StartAsync(string workflow, string id, object? input) => Client.ScheduleNewWorkflowAsync(workflow, id, input);

    public Task RaiseAsync(string id, string name, object payload) => Client.RaiseEventAsync(id, name, payload, Cancellation);

    public Task<WorkflowState> StateAsync(string id) => Client.GetWorkflowStateAsync(id, cancellation: Cancellation);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
    }
}
