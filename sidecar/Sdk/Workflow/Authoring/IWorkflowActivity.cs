namespace Dapr.Workflow.Abstractions;

/// <summary>An activity as the worker sees it.</summary>
public interface IWorkflowActivity
{
    /// <summary>What it is given.</summary>
    Type InputType { get; }

    /// <summary>What it gives back.</summary>
    Type OutputType { get; }

    /// <summary>Does the work.</summary>
    Task<object?> RunAsync(WorkflowActivityContext context, object? input);
}
