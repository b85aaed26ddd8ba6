using Sidecar.Configuration;

namespace Sidecar.Workflow.Dispatch;

/// <summary>How much of one kind of work may be with workers at one time; null for any number.</summary>
internal sealed record DispatchLimits(int? PerSidecar, int? Global, IReadOnlyDictionary<string, int> ByName)
{
    public static DispatchLimits None { get; } = new(null, null, new Dictionary<string, int>());

    public static DispatchLimits OfTurns(WorkflowConfiguration configuration) =>
        new(configuration.MaxConcurrentWorkflows, configuration.GlobalMaxConcurrentWorkflows, configuration.WorkflowLimits);

    public static DispatchLimits OfActivities(WorkflowConfiguration configuration) =>
        new(configuration.MaxConcurrentActivities, configuration.GlobalMaxConcurrentActivities, configuration.ActivityLimits);
}
