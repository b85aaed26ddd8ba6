using System.Diagnostics;
using Google.Protobuf;
using Servers;
using Sidecar.Grpc;
using Sidecar.Protos.Workflow;

namespace Workflow.Tests.Replicas;

/// <summary>One of several sidecars of an app, in a process of its own, with a client at its gRPC port.</summary>
internal sealed class Replica : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process process;
    private readonly Task<string> output;
    private readonly GrpcChannel channel;

    private Replica(Process process, int grpcPort, int internalPort)
    {
        this.process = process;
        output = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        channel = new GrpcChannel(new Uri($"http://127.0.0.1:{grpcPort}"), 16 << 20, TimeProvider.System);
        Internal = new Uri($"http://127.0.0.1:{internalPort}");
    }

    public Uri Internal { get; }

    public static async Task<Replica> StartAsync(string folder)
    {
        var (http, grpc, inside) = (Ports.Free(), Ports.Free(), Ports.Free());
        string[] flags = ["--app-id", "many", "--resources-path", Path.Combine(folder, "components"), "--dapr-http-port", $"{http}", "--dapr-grpc-port", $"{grpc}", "--dapr-internal-grpc-port", $"{inside}"];
        var replica = new Replica(
            Launcher.Start(Path.Combine(AppContext.BaseDirectory, "Sidecar"), [.. flags, "--enable-metrics=false"], folder, new Dictionary<string, string> { ["XDG_DATA_HOME"] = folder }),
            grpc,
            inside);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (true)
        {
            try
            {
                await replica.channel.UnaryAsync(
                    "/TaskHubSidecarService/Hello", new Google.Protobuf.WellKnownTypes.Empty(), Google.Protobuf.WellKnownTypes.Empty.Parser, default, limit.Token);
                return replica;
            }
            catch (GrpcException)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    public static void WriteComponents(string folder)
    {
        var components = Directory.CreateDirectory(Path.Combine(folder, "components")).FullName;
        File.WriteAllText(Path.Combine(components, "state.yaml"), $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: statestore}
            spec:
              type: state.sqlite
              version: v1
              metadata: [{name: connectionString, value: "{{Path.Combine(folder, "state.db")}}"}, {name: actorStateStore, value: "true"}]
            """);
    }

    public async Task<T> AskAsync<TRequest, T>(string method, TRequest request, MessageParser<T> parser)
        where TRequest : class, IMessage<TRequest>
        where T : class, IMessage<T> =>
        (await channel.UnaryAsync($"/TaskHubSidecarService/{method}", request, parser, new GrpcCallOptions { Timeout = Patience }, TestContext.Current.CancellationToken)).Message;

    public Task<CreateInstanceResponse> StartAsync(string id, string input) =>
        AskAsync("StartInstance", new CreateInstanceRequest { InstanceId = id, Name = "any", Input = input }, CreateInstanceResponse.Parser);

    public Task RaiseAsync(string id) => AskAsync("RaiseEvent", new RaiseEventRequest { InstanceId = id, Name = "go", Input = "1" }, RaiseEventResponse.Parser);

    public async Task<WorkflowState> EndAsync(string id) =>
        (await AskAsync("WaitForInstanceCompletion", new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = true }, GetInstanceResponse.Parser)).WorkflowState;

    public async Task<GrpcClientCall> WorkAsync(params WorkerCapability[] capabilities)
    {
        var stream = channel.Open("/TaskHubSidecarService/GetWorkItems", default, TestContext.Current.CancellationToken);
        await stream.WriteAsync(new GetWorkItemsRequest { Capabilities = { capabilities } });
        stream.Complete();
        return stream;
    }

    /// <summary>Answers turns until the stream ends: the first with one activity, the last with the end.</summary>
    public async Task ServeAsync(GrpcClientCall stream)
    {
        while (await stream.ReadAsync(WorkItem.Parser) is { } item)
        {
            if (item.ActivityRequest is { } activity)
            {
                await AskAsync("CompleteActivityTask", new ActivityResponse { InstanceId = activity.WorkflowInstance.InstanceId, TaskId = activity.TaskId, Result = activity.Input, CompletionToken = item.CompletionToken }, CompleteTaskResponse.Parser);
                continue;
            }

            var turn = item.WorkflowRequest;
            var result = turn.NewEvents.FirstOrDefault(happened => happened.TaskCompleted is not null)?.TaskCompleted.Result;
            var response = new WorkflowResponse { InstanceId = turn.InstanceId, CompletionToken = item.CompletionToken };
            if (result is not null)
            {
                response.Actions.Add(new WorkflowAction { CompleteWorkflow = new CompleteWorkflowAction { WorkflowStatus = OrchestrationStatus.Completed, Result = result } });
            }
            else if (turn.NewEvents.FirstOrDefault(happened => happened.ExecutionStarted is not null) is { } started)
            {
                response.Actions.Add(new WorkflowAction { Id = 0, ScheduleTask = new ScheduleTaskAction { Name = "echo", Input = started.ExecutionStarted.Input } });
            }

            await AskAsync("CompleteWorkflowTask", response, CompleteTaskResponse.Parser);
        }
    }

    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>As the runner ends it; what it said.</summary>
    public async Task<string> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return await output;
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }
}
