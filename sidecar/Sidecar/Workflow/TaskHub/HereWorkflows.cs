using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Dispatch;
using Sidecar.Workflow.Hub;

namespace Sidecar.Workflow.TaskHub;

/// <summary>The workflows of an app that this sidecar leads.</summary>
internal sealed class HereWorkflows(WorkflowHub hub) : IWorkflows
{
    private TaskCompletionSource nobody = Nobody();
    private int workers;

    public async Task<string> StartAsync(StartRequest request, bool untilStarted, CancellationToken cancellation)
    {
        var id = await hub.StartAsync(request, cancellation);
        if (untilStarted && request.Request.ScheduledStartTimestamp is null)
        {
            await WaitForWorkerAsync(id, HasStarted, cancellation);
        }

        return id;
    }

    public Task<WorkflowState?> GetAsync(string id, bool payloads, CancellationToken cancellation) => hub.GetAsync(id, payloads, cancellation);

    public Task<WorkflowState> WaitAsync(string id, Awaited awaited, bool payloads, CancellationToken cancellation) =>
        hub.WaitAsync(id, awaited == Awaited.Started ? HasStarted : HasEnded, payloads, cancellation);

    public Task RaiseAsync(string id, string name, string? input, CancellationToken cancellation) => hub.RaiseAsync(id, name, input, cancellation);

    public async Task TerminateAsync(string id, string? output, bool recursive, bool untilDone, CancellationToken cancellation)
    {
        await hub.TerminateAsync(id, output, recursive, cancellation);
        if (untilDone)
        {
            await WaitForWorkerAsync(id, HasEnded, cancellation);
        }
    }

    public async Task SuspendAsync(string id, string? reason, bool untilDone, CancellationToken cancellation)
    {
        await hub.SuspendAsync(id, reason, cancellation);
        if (untilDone)
        {
            await WaitForWorkerAsync(id, status => status == OrchestrationStatus.Suspended || HasEnded(status), cancellation);
        }
    }

    public async Task ResumeAsync(string id, string? reason, bool untilDone, CancellationToken cancellation)
    {
        await hub.ResumeAsync(id, reason, cancellation);
        if (untilDone)
        {
            await WaitForWorkerAsync(id, status => status == OrchestrationStatus.Running || HasEnded(status), cancellation);
        }
    }

    public Task<int> PurgeAsync(string id, bool recursive, bool force, CancellationToken cancellation) => hub.PurgeAsync(id, recursive, force, cancellation);

    public async Task<string> RerunAsync(RerunWorkflowFromEventRequest request, CancellationToken cancellation)
    {
        var id = await hub.RerunAsync(request, cancellation);
        await WaitForWorkerAsync(id, HasStarted, cancellation);
        return id;
    }

    public Task<IReadOnlyList<HistoryEvent>?> HistoryAsync(string id, CancellationToken cancellation) => hub.HistoryAsync(id, cancellation);

    public Task<(IReadOnlyList<string> Ids, string? Next)> ListAsync(string? after, int pageSize, CancellationToken cancellation) =>
        hub.ListAsync(after, pageSize, cancellation);

    public Task CompleteTurnAsync(WorkflowResponse response, CancellationToken cancellation) => hub.CompleteTurnAsync(response, cancellation);

    public Task CompleteActivityAsync(ActivityResponse response, CancellationToken cancellation) => hub.CompleteActivityAsync(response, cancellation);

    public async Task ServeAsync(WorkerProfile worker, WorkerLink link, CancellationToken cancellation)
    {
        await using var stream = hub.Connect(worker);
        Interlocked.Increment(ref workers);
        try
        {
            while (await stream.Items.WaitToReadAsync(cancellation))
            {
                while (stream.Items.TryRead(out var item))
                {
                    await link.SendAsync(item.Encode(), cancellation);
                }

                await link.FlushAsync(cancellation);
            }
        }
        finally
        {
            if (Interlocked.Decrement(ref workers) == 0)
            {
                Interlocked.Exchange(ref nobody, Nobody()).SetResult();
            }
        }
    }

    private static TaskCompletionSource Nobody() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends, too, when there is no worker any more: it is durable and will be done.</summary>
    private async Task WaitForWorkerAsync(string id, Predicate<OrchestrationStatus> until, CancellationToken cancellation)
    {
        var leaving = Volatile.Read(ref nobody).Task;
        if (Volatile.Read(ref workers) == 0)
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var waiting = hub.WaitAsync(id, until, payloads: false, limit.Token);
        if (await Task.WhenAny(waiting, leaving) == waiting)
        {
            await waiting;
            return;
        }

        await limit.CancelAsync();
        await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static bool HasStarted(OrchestrationStatus status) => status != OrchestrationStatus.Pending;

    private static bool HasEnded(OrchestrationStatus status) =>
        status is OrchestrationStatus.Completed or OrchestrationStatus.Failed or OrchestrationStatus.Terminated or OrchestrationStatus.Canceled;
}
