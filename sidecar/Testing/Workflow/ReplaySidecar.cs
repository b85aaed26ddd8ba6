using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Protos.Workflow;

namespace Sidecar.Testing.Workflow;

/// <summary>The workflow service of a sidecar that only hands out turns of the past.</summary>
internal sealed class ReplaySidecar : IAsyncDisposable
{
    public const string Service = "/TaskHubSidecarService/";
    private readonly ConcurrentDictionary<string, TaskCompletionSource<WorkflowResponse>> byInstance = new(StringComparer.Ordinal);
    private readonly Channel<WorkItem> items = Channel.CreateUnbounded<WorkItem>();
    private readonly WebApplication app;

    private ReplaySidecar()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        app = builder.Build();
        var methods = new GrpcMethods();
        methods.Streaming(Service + "GetWorkItems", StreamAsync);
        methods.Unary(Service + "Hello", Empty.Parser, (request, _) => ValueTask.FromResult(request));
        foreach (var name in new[] { "CompleteOrchestratorTask", "CompleteWorkflowTask" })
        {
            methods.Unary(Service + name, WorkflowResponse.Parser, (response, _) => ValueTask.FromResult(Complete(response)));
        }

        var options = new SidecarOptions { AppId = "replay", MaxBodySize = int.MaxValue };
        var server = new GrpcServer(options, methods, call => throw GrpcErrors.Unimplemented($"{call.Method} is not there while histories are replayed"), TimeProvider.System, NullLogger<GrpcServer>.Instance);
        app.Run(server.HandleAsync);
    }

    public int Port => new Uri(app.Urls.Single()).Port;

    public static async Task<ReplaySidecar> StartAsync()
    {
        var sidecar = new ReplaySidecar();
        await sidecar.app.StartAsync();
        return sidecar;
    }

    /// <summary>Hands out a turn to whichever worker comes; its answer. An instance has one turn at a time.</summary>
    public async Task<WorkflowResponse> AskAsync(WorkflowRequest request)
    {
        var answer = new TaskCompletionSource<WorkflowResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        byInstance[request.InstanceId] = answer;
        items.Writer.TryWrite(new WorkItem { WorkflowRequest = request });
        try
        {
            return await answer.Task.WaitAsync(Patience.Default);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"No worker answered a turn of {request.InstanceId} in {Patience.Default.TotalSeconds} s. Is one registered with AddDaprWorkflow, and started?", late);
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private CompleteTaskResponse Complete(WorkflowResponse response)
    {
        if (byInstance.TryRemove(response.InstanceId, out var answer))
        {
            answer.SetResult(response);
        }

        return new CompleteTaskResponse();
    }

    private async ValueTask StreamAsync(GrpcCall call)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation, app.Lifetime.ApplicationStopping);
        await call.ReadAsync(GetWorkItemsRequest.Parser);
        await foreach (var item in items.Reader.ReadAllAsync(end.Token))
        {
            await call.WriteAsync(item);
        }
    }
}
