namespace Sidecar.Configuration;

/// <summary>Limits of workflows; null for none.</summary>
public sealed record WorkflowConfiguration
{
    public int? MaxConcurrentWorkflows { get; init; }

    public int? MaxConcurrentActivities { get; init; }

    /// <summary>Over all replicas.</summary>
    public int? GlobalMaxConcurrentWorkflows { get; init; }

    public int? GlobalMaxConcurrentActivities { get; init; }

    /// <summary>By name of the workflow.</summary>
    public IReadOnlyDictionary<string, int> WorkflowLimits { get; init; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<string, int> ActivityLimits { get; init; } = new Dictionary<string, int>();

    public WorkflowRetention Retention { get; init; } = new(null, null, null, null);
}

/// <summary>How long the state of a finished workflow is kept, by its end; null for ever.</summary>
public sealed record WorkflowRetention(TimeSpan? AnyTerminal, TimeSpan? Completed, TimeSpan? Failed, TimeSpan? Terminated);
