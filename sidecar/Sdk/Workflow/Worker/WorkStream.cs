using Dapr.Workflow.Client;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

/// <summary>One stream of work: items come, are done at once as far as there is room, and are answered.</summary>
internal sealed class WorkStream : IDisposable
{
    private static readonly TimeSpan HelloEvery = TimeSpan.FromSeconds(30);
    private readonly SidecarChannels channels;
    private readonly TurnWork turns;
    private readonly ActivityWork activities;
    private readonly ILogger log;
    private readonly CancellationTokenSource ending = new();
    private readonly HistoryCache cache;
    private readonly Answers answers;
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int underWay;
    private volatile bool isDraining;

    public WorkStream(SidecarChannels channels, TurnWork turns, ActivityWork activities, ILogger log)
    {
        this.channels = channels;
        this.turns = turns;
        this.activities = activities;
        this.log = log;
        cache = new HistoryCache(channels);
        answers = new Answers(channels, log, ending.Token);
    }

    public bool HasReceived { get; private set; }

    public async Task RunAsync(CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, ending.Token);
        var request = new Protocol.GetWorkItemsRequest { Capabilities = { Protocol.WorkerCapability.StatefulHistory } };
        using var stream = channels.OfWorker.Open(TaskHub.GetWorkItems, request, channels.Fields, end.Token);
        var greeting = GreetAsync(end.Token);
        try
        {
            while (await stream.ReadAsync() is { } item)
            {
                HasReceived = true;
                Begin(item);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await greeting;
        }
    }

    /// <summary>Waits until all that was begun is answered.</summary>
    public async Task DrainAsync(TimeSpan grace, CancellationToken cancellation)
    {
        isDraining = true;
        if (Volatile.Read(ref underWay) == 0)
        {
            return;
        }

        try
        {
            await drained.Task.WaitAsync(grace, cancellation);
        }
        catch (Exception problem) when (problem is TimeoutException or OperationCanceledException)
        {
            log.LogWarning("{Count} workflow work items are still under way at the end; the sidecar gives them out again", Volatile.Read(ref underWay));
        }
    }

    public void Dispose() => ending.Dispose();

    private void Begin(Protocol.WorkItem item)
    {
        if (isDraining)
        {
            return;
        }

        Interlocked.Increment(ref underWay);
        _ = Task.Run(() => DoAsync(item));
    }

    private async Task DoAsync(Protocol.WorkItem item)
    {
        try
        {
            switch (item.RequestCase)
            {
                case Protocol.WorkItem.RequestOneofCase.WorkflowRequest:
                    await turns.DoAsync(item.WorkflowRequest, item.CompletionToken, cache, answers);
                    break;
                case Protocol.WorkItem.RequestOneofCase.ActivityRequest:
                    await activities.DoAsync(item.ActivityRequest, item.CompletionToken, answers);
                    break;
                default:
                    log.LogWarning("The sidecar sent work of a kind that is not known here");
                    break;
            }
        }
        catch (Exception problem) when (ending.IsCancellationRequested && problem is OperationCanceledException or ObjectDisposedException)
        {
            log.LogDebug("A work item outlived its stream; the sidecar gives it out again");
        }
        catch (RpcException problem)
        {
            log.LogWarning("The answer to a work item did not reach the sidecar, which gives it out again: {Code}", problem.StatusCode);
            await EndAsync();
        }
        catch (Exception problem)
        {
            // Without an answer the item would rest for ever; the end of its stream has it given out again.
            log.LogError(problem, "A work item could not be answered; its stream is opened anew");
            await EndAsync();
        }
        finally
        {
            if (Interlocked.Decrement(ref underWay) == 0 && isDraining)
            {
                drained.TrySetResult();
            }
        }
    }

    private async Task EndAsync()
    {
        try
        {
            await ending.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            log.LogDebug("The stream had ended already");
        }
    }

    private async Task GreetAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(HelloEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                await GreetOnceAsync(cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            log.LogDebug("No more greetings: the stream has ended");
        }
    }

    private async Task GreetOnceAsync(CancellationToken cancellation)
    {
        try
        {
            await channels.OfWorker.AskAsync(TaskHub.Hello, new Google.Protobuf.WellKnownTypes.Empty(), channels.Fields, cancellation, HelloEvery);
        }
        catch (RpcException problem)
        {
            log.LogDebug("The sidecar did not answer a greeting: {Code}", problem.StatusCode);
        }
    }
}
