using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Dispatch;
using Sidecar.Workflow.Hub;

namespace Sidecar.Workflow.TaskHub;

/// <summary>What a caller waits for.</summary>
internal enum Awaited
{
    Started,
    Ended,
}

/// <summary>
/// The workflows of an app where they are led: in this sidecar or in another. What is refused is a <see cref="HubException"/>. Calls that wait
/// for a worker do so only while there is one: what they ask for is kept anyway.
/// </summary>
internal interface IWorkflows
{
    /// <summary>Ends when it is durable or, when asked to, when the first turn is.</summary>
    Task<string> StartAsync(StartRequest request, bool untilStarted, CancellationToken cancellation);

    /// <summary>Null when there is none.</summary>
    Task<WorkflowState?> GetAsync(string id, bool payloads, CancellationToken cancellation);

    /// <summary>One that does not exist is waited for.</summary>
    Task<WorkflowState> WaitAsync(string id, Awaited awaited, bool payloads, CancellationToken cancellation);

    Task RaiseAsync(string id, string name, string? input, CancellationToken cancellation);

    Task TerminateAsync(string id, string? output, bool recursive, bool untilDone, CancellationToken cancellation);

    Task SuspendAsync(string id, string? reason, bool untilDone, CancellationToken cancellation);

    Task ResumeAsync(string id, string? reason, bool untilDone, CancellationToken cancellation);

    /// <summary>How many instances are gone.</summary>
    Task<int> PurgeAsync(string id, bool recursive, bool force, CancellationToken cancellation);

    Task<string> RerunAsync(RerunWorkflowFromEventRequest request, CancellationToken cancellation);

    /// <summary>Null when there is none.</summary>
    Task<IReadOnlyList<HistoryEvent>?> HistoryAsync(string id, CancellationToken cancellation);

    Task<(IReadOnlyList<string> Ids, string? Next)> ListAsync(string? after, int pageSize, CancellationToken cancellation);

    /// <summary>The answer may count for nothing: then there is no failure either.</summary>
    Task CompleteTurnAsync(WorkflowResponse response, CancellationToken cancellation);

    Task CompleteActivityAsync(ActivityResponse response, CancellationToken cancellation);

    /// <summary>Sends a worker its work until it goes, which is a cancellation, or until this is the place no more.</summary>
    Task ServeAsync(WorkerProfile worker, WorkerLink link, CancellationToken cancellation);
}
