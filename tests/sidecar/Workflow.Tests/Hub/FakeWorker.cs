using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Dispatch;
using Sidecar.Workflow.Hub;

namespace Workflow.Tests.Hub;

/// <summary>A worker in the same process: answers turns and activities as its script says.</summary>
internal sealed class FakeWorker : IAsyncDisposable
{
    private readonly WorkflowHub hub;
    private readonly WorkStream stream;
    private readonly Func<WorkflowRequest, IEnumerable<WorkflowAction>?> turn;
    private readonly Func<ActivityRequest, string?> activity;
    private readonly CancellationTokenSource stop = new();

    /// <param name="turn">Answers with actions; null for no answer at all.</param>
    /// <param name="activity">Answers with the result; null for no answer at all.</param>
    public FakeWorker(WorkflowHub hub, Func<WorkflowRequest, IEnumerable<WorkflowAction>?> turn, Func<ActivityRequest, string?>? activity = null)
    {
        this.hub = hub;
        this.turn = turn;
        this.activity = activity ?? (request => request.Input);
        stream = hub.Connect(new WorkerProfile("fake"));
        Ended = Task.Run(RunAsync);
    }

    public Task Ended { get; }

    /// <summary>Hears of results that the hub has taken for good.</summary>
    public Action<ActivityRequest> Acknowledged { get; init; } = static _ => { };

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await stream.DisposeAsync();
        await Ended;
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var item in stream.Items.ReadAllAsync(stop.Token))
            {
                Answer(WorkItem.Parser.ParseFrom(item.Encode().Span));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or HubException)
        {
        }
    }

    private void Answer(WorkItem item)
    {
        if (item.WorkflowRequest is { } request)
        {
            if (turn(request) is { } actions)
            {
                _ = QuietlyAsync(hub.CompleteTurnAsync(
                    new WorkflowResponse { InstanceId = request.InstanceId, Actions = { actions }, CompletionToken = item.CompletionToken }, CancellationToken.None));
            }
        }
        else if (activity(item.ActivityRequest) is { } result)
        {
            _ = QuietlyAsync(AnswerAsync(
                item.ActivityRequest,
                new ActivityResponse
                {
                    InstanceId = item.ActivityRequest.WorkflowInstance.InstanceId,
                    TaskId = item.ActivityRequest.TaskId,
                    Result = result,
                    CompletionToken = item.CompletionToken,
                }));
        }
    }

    private async Task AnswerAsync(ActivityRequest request, ActivityResponse response)
    {
        await hub.CompleteActivityAsync(response, CancellationToken.None);
        Acknowledged(request);
    }

    private static async Task QuietlyAsync(Task answer)
    {
        try
        {
            await answer;
        }
        catch (HubException)
        {
            // The hub is gone; whoever comes next asks again.
        }
    }
}
