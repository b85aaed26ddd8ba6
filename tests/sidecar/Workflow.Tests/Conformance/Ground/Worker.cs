using System.Threading.Channels;
using Sidecar.Grpc;
using Sidecar.Protos.Workflow;

namespace Workflow.Tests.Conformance.Ground;

/// <summary>A worker whose answers are the test's. It takes whatever comes; the test picks from it what it waits for.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private readonly TaskHub hub;
    private readonly GrpcClientCall stream;
    private readonly Channel<WorkItem> items = Channel.CreateUnbounded<WorkItem>();
    private readonly List<WorkItem> aside = [];
    private readonly Dictionary<object, string> tokens = new(ReferenceEqualityComparer.Instance);
    private readonly Task reading;
    private bool isGone;

    private Worker(TaskHub hub, GrpcClientCall stream)
    {
        this.hub = hub;
        this.stream = stream;
        reading = ReadAsync();
    }

    public static async Task<Worker> ConnectAsync(TaskHub hub, GrpcChannel channel, IEnumerable<WorkerCapability> capabilities)
    {
        var stream = channel.Open("/TaskHubSidecarService/GetWorkItems", default, TestContext.Current.CancellationToken);
        var request = new GetWorkItemsRequest();
        request.Capabilities.AddRange(capabilities);
        await stream.WriteAsync(request);
        stream.Complete();
        return new Worker(hub, stream);
    }

    /// <summary>Whether answers carry the token of their item; JavaScript workers send none.</summary>
    public bool SendsTokens { get; set; } = true;

    /// <summary>The next turn of this instance.</summary>
    public async Task<WorkflowRequest> TurnAsync(string id) =>
        Known(await PickAsync(item => item.WorkflowRequest?.InstanceId == id), item => item.WorkflowRequest);

    /// <summary>The next activity of this instance.</summary>
    public async Task<ActivityRequest> ActivityAsync(string id) =>
        Known(await PickAsync(item => item.ActivityRequest?.WorkflowInstance.InstanceId == id), item => item.ActivityRequest);

    public Task AnswerAsync(WorkflowRequest turn, params WorkflowAction[] actions) => AnswerAsync(turn, _ => { }, actions);

    public Task AnswerAsync(WorkflowRequest turn, Action<WorkflowResponse> more, params WorkflowAction[] actions)
    {
        var response = new WorkflowResponse { InstanceId = turn.InstanceId, CompletionToken = Token(turn) };
        response.Actions.Add(actions);
        more(response);
        return hub.AskAsync("CompleteOrchestratorTask", response, CompleteTaskResponse.Parser);
    }

    public Task ResultAsync(ActivityRequest activity, string? result) =>
        AnswerAsync(activity, response => response.Result = result);

    public Task AnswerAsync(ActivityRequest activity, Action<ActivityResponse> more)
    {
        var response = new ActivityResponse { InstanceId = activity.WorkflowInstance.InstanceId, TaskId = activity.TaskId, CompletionToken = Token(activity) };
        more(response);
        return hub.AskAsync("CompleteActivityTask", response, CompleteTaskResponse.Parser);
    }

    /// <summary>Answers the next turn of this instance and gives it back.</summary>
    public async Task<WorkflowRequest> StepAsync(string id, params WorkflowAction[] actions)
    {
        var turn = await TurnAsync(id);
        await AnswerAsync(turn, actions);
        return turn;
    }

    /// <summary>Whether anything has come that nobody has picked.</summary>
    public bool HasMore(Func<WorkItem, bool> which)
    {
        while (items.Reader.TryRead(out var item))
        {
            aside.Add(item);
        }

        return aside.Exists(item => which(item));
    }

    /// <summary>The stream breaks, as when a process dies.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!isGone)
        {
            isGone = true;
            await stream.DisposeAsync();
            await reading;
        }
    }

    private T Known<T>(WorkItem item, Func<WorkItem, T> part)
        where T : class
    {
        tokens[part(item)] = item.CompletionToken;
        return part(item);
    }

    private string Token(object item) => SendsTokens ? tokens[item] : "";

    private async Task<WorkItem> PickAsync(Predicate<WorkItem> which)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TaskHub.Patience);
        while (true)
        {
            if (aside.FindIndex(which) is >= 0 and var at)
            {
                var found = aside[at];
                aside.RemoveAt(at);
                return found;
            }

            aside.Add(await items.Reader.ReadAsync(limit.Token));
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await stream.ReadAsync(WorkItem.Parser) is { } item)
            {
                items.Writer.TryWrite(item);
            }
        }
        catch (Exception ended) when (ended is GrpcException or OperationCanceledException)
        {
        }

        items.Writer.TryComplete();
    }
}
