namespace Dapr.Workflow.Versioning;

/// <summary>A workflow's name stands for its latest version.</summary>
public sealed class MaxVersionSelector : IWorkflowVersionSelector
{
    /// <inheritdoc/>
    public WorkflowVersionIdentity SelectLatest(string canonicalName, IReadOnlyCollection<WorkflowVersionIdentity> candidates, IWorkflowVersionStrategy strategy)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentOutOfRangeException.ThrowIfZero(candidates.Count, nameof(candidates));
        return candidates.OrderBy(candidate => candidate.Version, strategy).Last();
    }
}
