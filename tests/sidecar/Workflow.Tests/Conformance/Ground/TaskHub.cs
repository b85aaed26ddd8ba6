using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos.Workflow;

namespace Workflow.Tests.Conformance.Ground;

/// <summary>A client and workers of one sidecar, over its gRPC port.</summary>
internal sealed class TaskHub : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly List<Worker> workers = [];
    private GrpcChannel channel;

    private TaskHub(RunningSidecar sidecar)
    {
        Sidecar = sidecar;
        channel = Open(sidecar);
    }

    public RunningSidecar Sidecar { get; }

    public static async Task<TaskHub> StartAsync(Store store, int largest = 4 << 20, TimeProvider? time = null) =>
        new(await RunningSidecar.StartAsync(store, largest, time));

    /// <summary>Through another sidecar of the same app.</summary>
    public async Task<TaskHub> BesideAsync() => new(await Sidecar.BesideAsync());

    public async Task<Worker> ConnectAsync(params WorkerCapability[] capabilities)
    {
        var worker = await Worker.ConnectAsync(this, channel, capabilities);
        workers.Add(worker);
        return worker;
    }

    /// <summary>The process ends and another one begins, with what the store has kept.</summary>
    public async Task RestartAsync(int? largest = null)
    {
        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }

        workers.Clear();
        channel.Dispose();
        await Sidecar.RestartAsync(largest);
        channel = Open(Sidecar);
    }

    public async Task<string> StartAsync(string id, string name = "any", string? input = null, Action<CreateInstanceRequest>? more = null)
    {
        var request = new CreateInstanceRequest { InstanceId = id, Name = name, Input = input };
        more?.Invoke(request);
        return (await AskAsync("StartInstance", request, CreateInstanceResponse.Parser)).InstanceId;
    }

    /// <summary>Starts one and answers its first turn.</summary>
    public async Task<WorkflowRequest> BeginAsync(Worker worker, string id, params WorkflowAction[] actions)
    {
        var start = StartAsync(id);
        var turn = await worker.TurnAsync(id);
        await worker.AnswerAsync(turn, actions);
        await start;
        return turn;
    }

    public Task<GetInstanceResponse> GetAsync(string id, bool payloads = true) => AskAsync("GetInstance", Get(id, payloads), GetInstanceResponse.Parser);

    public async Task<OrchestrationStatus?> StatusAsync(string id) => await GetAsync(id) is { Exists: true } found ? found.WorkflowState.WorkflowStatus : null;

    public async Task<WorkflowState> EndAsync(string id, bool payloads = true) =>
        (await AskAsync("WaitForInstanceCompletion", Get(id, payloads), GetInstanceResponse.Parser)).WorkflowState;

    public Task<GetInstanceResponse> WaitForStartAsync(string id) => AskAsync("WaitForInstanceStart", Get(id, true), GetInstanceResponse.Parser);

    public Task<GetInstanceResponse> WaitForEndAsync(string id, TimeSpan limit) => AskAsync("WaitForInstanceCompletion", Get(id, true), GetInstanceResponse.Parser, limit);

    public Task RaiseAsync(string id, string name, string? input = null) =>
        AskAsync("RaiseEvent", new RaiseEventRequest { InstanceId = id, Name = name, Input = input }, RaiseEventResponse.Parser);

    public Task TerminateAsync(string id, string? output = null, bool recursive = false) =>
        AskAsync("TerminateInstance", new TerminateRequest { InstanceId = id, Output = output, Recursive = recursive }, TerminateResponse.Parser);

    public Task SuspendAsync(string id) => AskAsync("SuspendInstance", new SuspendRequest { InstanceId = id }, SuspendResponse.Parser);

    public Task ResumeAsync(string id) => AskAsync("ResumeInstance", new ResumeRequest { InstanceId = id }, ResumeResponse.Parser);

    /// <summary>Suspends one whose worker has nothing to say to that.</summary>
    public Task SuspendedAsync(Worker worker, string id) => AnsweredAsync(worker, id, SuspendAsync(id));

    public Task ResumedAsync(Worker worker, string id) => AnsweredAsync(worker, id, ResumeAsync(id));

    public async Task<int> PurgeAsync(string id, bool recursive = false) =>
        (await AskAsync("PurgeInstances", new PurgeInstancesRequest { InstanceId = id, Recursive = recursive }, PurgeInstancesResponse.Parser)).DeletedInstanceCount;

    public async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(string id) =>
        (await AskAsync("GetInstanceHistory", new GetInstanceHistoryRequest { InstanceId = id }, GetInstanceHistoryResponse.Parser)).Events;

    public async Task<IEnumerable<HistoryEvent.EventTypeOneofCase>> KindsAsync(string id) => (await HistoryAsync(id)).Select(one => one.EventTypeCase);

    public async Task<string> RerunAsync(RerunWorkflowFromEventRequest request) =>
        (await AskAsync("RerunWorkflowFromEvent", request, RerunWorkflowFromEventResponse.Parser)).NewInstanceId;

    public async Task<T> AskAsync<TRequest, T>(string method, TRequest request, MessageParser<T> parser, TimeSpan? limit = null)
        where TRequest : class, IMessage<TRequest>
        where T : class, IMessage<T> =>
        (await channel.UnaryAsync($"/TaskHubSidecarService/{method}", request, parser, new GrpcCallOptions { Timeout = limit ?? Patience }, TestContext.Current.CancellationToken)).Message;

    /// <summary>Asks until it is so: for what happens by itself soon.</summary>
    public async Task UntilAsync(string id, OrchestrationStatus status)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (await StatusAsync(id) != status)
        {
            await Task.Delay(10, limit.Token);
        }
    }

    public static async Task RefusedAsync(GrpcCode code, string message, Func<Task> ask)
    {
        var refused = await Assert.ThrowsAsync<GrpcException>(ask);
        Assert.Equal((code, true), (refused.Code, refused.Message.Contains(message, StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }

        channel.Dispose();
        await Sidecar.DisposeAsync();
    }

    private static async Task AnsweredAsync(Worker worker, string id, Task call)
    {
        await worker.StepAsync(id);
        await call;
    }

    private static GetInstanceRequest Get(string id, bool payloads) => new() { InstanceId = id, GetInputsAndOutputs = payloads };

    private static GrpcChannel Open(RunningSidecar sidecar) => new(sidecar.Grpc, 64 << 20, TimeProvider.System);
}
