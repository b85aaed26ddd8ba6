namespace Dapr.Workflow.Client;

/// <summary>How a workflow is started.</summary>
public sealed class StartWorkflowOptions
{
    /// <summary>Its instance; null is a new one.</summary>
    public string? InstanceId { get; set; }

    /// <summary>When; null is now.</summary>
    public DateTimeOffset? StartAt { get; set; }
}

/// <summary>Makes <see cref="StartWorkflowOptions"/>.</summary>
public sealed class StartWorkflowOptionsBuilder
{
    private readonly StartWorkflowOptions options = new();

    /// <summary>Its instance.</summary>
    public StartWorkflowOptionsBuilder WithInstanceId(string instanceId)
    {
        options.InstanceId = instanceId;
        return this;
    }

    /// <summary>When.</summary>
    public StartWorkflowOptionsBuilder StartAt(DateTimeOffset startAt)
    {
        options.StartAt = startAt;
        return this;
    }

    /// <summary>How long from now.</summary>
    public StartWorkflowOptionsBuilder StartAfter(TimeSpan delay) => StartAt(TimeProvider.System.GetUtcNow().Add(delay));

    /// <summary>The options.</summary>
    public StartWorkflowOptions Build() => new() { InstanceId = options.InstanceId, StartAt = options.StartAt };

    /// <summary>The options.</summary>
    public static implicit operator StartWorkflowOptions(StartWorkflowOptionsBuilder builder) => builder.Build();
}
