using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>How an instance looked at one moment: what queries and waits are answered from.</summary>
internal sealed record InstanceView(string InstanceId, int Generation, OrchestrationStatus Status, HistoryEvent Started, IReadOnlyList<KnownChild> Children, HistorySlice History)
{
    public bool Ended => Status is OrchestrationStatus.Completed or OrchestrationStatus.Failed or OrchestrationStatus.Terminated or OrchestrationStatus.Canceled;

    /// <summary>As GetInstance answers; with <paramref name="watched"/> as the waits do, which know a little more.</summary>
    public WorkflowState ToState(bool payloads, bool watched) => throw new NotSupportedException();
}
