using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>How an instance looked at one moment: what queries and waits are answered from.</summary>
internal sealed record InstanceView(string InstanceId, int Generation, OrchestrationStatus Status, HistoryEvent Started, IReadOnlyList<KnownChild> Children, HistorySlice History)
{
    // What Go writes for a time that was never set.
    private static readonly Timestamp YearOne = new() { Seconds = -62135596800 };

    /// <summary>False before the first turn: only its id and that it waits are told then.</summary>
    public bool Known { get; init; }

    public string? CustomStatus { get; init; }

    public string? VersionName { get; init; }

    public Timestamp? StartedAt { get; init; }

    public Timestamp? UpdatedAt { get; init; }

    /// <summary>Its ExecutionCompleted; null while it has not ended.</summary>
    public HistoryEvent? Completed { get; init; }

    public ExecutionStalledEvent? Stall { get; init; }

    public string Name => Started.ExecutionStarted.Name;

    public ParentInstanceInfo? Parent => Started.ExecutionStarted.ParentInstance;

    public bool Ended => Completed is not null;

    /// <summary>As GetInstance answers; with <paramref name="watched"/> as the waits do, which know a little more.</summary>
    public WorkflowState ToState(bool payloads, bool watched)
    {
        var state = new WorkflowState
        {
            InstanceId = InstanceId,
            Name = Known || watched ? Name : "",
            WorkflowStatus = Status,
            CreatedTimestamp = Known ? Started.Timestamp : YearOne,
            LastUpdatedTimestamp = Known ? UpdatedAt ?? Started.Timestamp : YearOne,
            StartedAt = StartedAt,
            Version = VersionName,
            CompletedTimestamp = Completed?.Timestamp,
        };
        if (Known || watched)
        {
            var started = Started.ExecutionStarted;
            state.ExecutionId = started.WorkflowInstance?.ExecutionId;
            state.ParentInstanceId = Parent?.WorkflowInstance?.InstanceId;
            state.ParentAppId = Parent is { HasAppId: true } ? Parent.AppId : null;
        }

        if (payloads && Known)
        {
            AddPayloads(state, watched);
        }

        return state;
    }

    private void AddPayloads(WorkflowState state, bool watched)
    {
        state.Input = Started.ExecutionStarted.Input;
        // An empty one is stored as nothing; only who watched it being set still knows.
        state.CustomStatus = watched || CustomStatus is { Length: > 0 } ? CustomStatus : null;
        if (Completed?.ExecutionCompleted is { } end)
        {
            state.Output = end.Result;
            state.FailureDetails = end.FailureDetails;
        }
    }
}
