using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Dispatch;
using Sidecar.Workflow.Hub.Live;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub;

/// <summary>
/// The workflows of one app id, led by this sidecar: what callers and workers ask of them, from any thread. A failure that is meant for
/// the caller is a <see cref="HubException"/>; a caller that waits no longer leaves what it asked for to happen.
/// </summary>
internal sealed class WorkflowHub(HubCore core) : IAsyncDisposable
{
    private volatile int workers;

    /// <summary>Completes when this sidecar leads no longer; every call fails then and every stream has ended.</summary>
    public Task Lost => core.Lost;

    public bool HasWorkers => workers > 0;

    public int Workers => workers;

    /// <summary>Answers with the id once the instance is durable.</summary>
    public Task<string> StartAsync(StartRequest request, CancellationToken cancellation) =>
        core.Loop.AskAsync<string>(answer => core.Starts.Start(request, answer), cancellation);

    /// <summary>As it was last committed; null for none.</summary>
    public async Task<WorkflowState?> GetAsync(string id, bool payloads, CancellationToken cancellation) =>
        (await ViewAsync(id, cancellation))?.ToState(payloads, watched: false);

    /// <summary>Waits for a status; an instance that does not exist may still come.</summary>
    public async Task<WorkflowState> WaitAsync(string id, Predicate<OrchestrationStatus> until, bool payloads, CancellationToken cancellation)
    {
        Waiter? waiter = null;
        try
        {
            var view = await core.Loop.AskAsync<InstanceView>(
                answer =>
                {
                    waiter = core.Waiters.Add(id, until, answer);
                    core.Views.Find(id, found => core.Waiters.Tell(waiter, found), answer);
                },
                cancellation);
            return view.ToState(payloads, watched: waiter is { WasThere: false });
        }
        finally
        {
            if (cancellation.IsCancellationRequested)
            {
                core.Loop.Post(() => core.Waiters.Remove(waiter));
            }
        }
    }

    public Task RaiseAsync(string id, string name, string? input, CancellationToken cancellation) =>
        BringAsync(id, () => Arrivals.Raised(name, input, core.Clock.Next()), cancellation);

    /// <summary>Ends when that is durable, not when the instance has ended.</summary>
    public Task TerminateAsync(string id, string? output, bool recursive, CancellationToken cancellation) =>
        BringAsync(id, () => Arrivals.Terminated(output, recursive, core.Clock.Next()), cancellation);

    public Task SuspendAsync(string id, string? reason, CancellationToken cancellation) =>
        BringAsync(id, () => Arrivals.Suspended(reason, core.Clock.Next()), cancellation);

    /// <summary>Lets one that was parked try again, too.</summary>
    public Task ResumeAsync(string id, string? reason, CancellationToken cancellation) =>
        BringAsync(id, () => Arrivals.Resumed(reason, core.Clock.Next()), cancellation, resumes: true);

    /// <summary>Answers with the number of instances removed.</summary>
    public Task<int> PurgeAsync(string id, bool recursive, bool force, CancellationToken cancellation) =>
        core.Loop.AskAsync<int>(answer => core.Removal.Purge(id, recursive, force, answer), cancellation);

    /// <summary>Answers with the id of the new instance.</summary>
    public Task<string> RerunAsync(RerunWorkflowFromEventRequest request, CancellationToken cancellation) =>
        core.Loop.AskAsync<string>(answer => core.Reruns.Rerun(request, answer), cancellation);

    public async Task<IReadOnlyList<HistoryEvent>?> HistoryAsync(string id, CancellationToken cancellation)
    {
        while (await ViewAsync(id, cancellation) is { } view)
        {
            var events = view.History.TryRead()
                ?? await core.Loop.AskAsync<IReadOnlyList<HistoryEvent>?>(answer => core.Shelf.Read(id, answer), cancellation);
            if (events is not null)
            {
                return events;
            }
        }

        return null;
    }

    /// <summary>A page of ids in order; <paramref name="after"/> and what comes back with it are the last id of a page.</summary>
    public Task<(IReadOnlyList<string> Ids, string? Next)> ListAsync(string? after, int pageSize, CancellationToken cancellation) =>
        core.Views.ListAsync(after, pageSize, cancellation);

    /// <summary>A worker is there. Items come until the stream is disposed, or ends because this sidecar leads no longer.</summary>
    public WorkStream Connect(WorkerProfile worker)
    {
        var stream = new WorkStream(worker, closed => core.Loop.Post(() =>
        {
            core.Dispatcher.Close(closed);
            workers = core.Dispatcher.Streams.Count;
        }));
        core.Loop.Post(
            () =>
            {
                core.Dispatcher.Open(stream);
                workers = core.Dispatcher.Streams.Count;
                core.Turns.WorkerCame();
                _ = core.CheckAsync();
            },
            () => stream.End(HubException.Moved()));
        return stream;
    }

    /// <summary>Done with when it was taken: a turn that is lost after that is taken again.</summary>
    public Task CompleteTurnAsync(WorkflowResponse response, CancellationToken cancellation)
    {
        core.Loop.Post(() => core.Turns.Complete(response));
        return core.Lost.IsCompleted ? Task.FromException(HubException.Moved()) : Task.CompletedTask;
    }

    /// <summary>Ends when the result is durable, or when nobody waits for it.</summary>
    public async Task CompleteActivityAsync(ActivityResponse response, CancellationToken cancellation)
    {
        var caller = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        core.Loop.Post(() => core.Activities.Complete(response, caller), () => caller.TrySetException(HubException.Moved()));
        await caller.Task.WaitAsync(cancellation);
    }

    /// <summary>Somebody says that another leads: looks whether that is so.</summary>
    public Task CheckAsync() => core.CheckAsync();

    public ValueTask DisposeAsync() => core.DisposeAsync();

    private Task<InstanceView?> ViewAsync(string id, CancellationToken cancellation) =>
        core.Loop.AskAsync<InstanceView?>(answer => core.Views.Find(id, found => answer.TrySetResult(found), answer), cancellation);

    private async Task BringAsync(string id, Func<HistoryEvent> arrival, CancellationToken cancellation, bool resumes = false)
    {
        var caller = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        core.Loop.Post(() => core.Deliveries.Bring(id, arrival, resumes, caller), () => caller.TrySetException(HubException.Moved()));
        await caller.Task.WaitAsync(cancellation);
    }
}
