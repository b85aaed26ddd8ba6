namespace Dapr.Workflow.Client;

/// <summary>How a workflow is run again.</summary>
public sealed class RerunWorkflowFromEventOptions
{
    /// <summary>Its new instance; null lets the sidecar choose.</summary>
    public string? NewInstanceId { get; set; }

    /// <summary>Another input for the first step; it counts with <see cref="OverwriteInput"/> only.</summary>
    public object? Input { get; set; }

    /// <summary>Whether the first step gets another input.</summary>
    public bool OverwriteInput { get; set; }
}
