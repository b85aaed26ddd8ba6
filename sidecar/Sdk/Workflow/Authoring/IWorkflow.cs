namespace Dapr.Workflow;

/// <summary>A workflow as the worker sees it.</summary>
public interface IWorkflow
{
    /// <summary>What it is given.</summary>
    Type InputType { get; }

    /// <summary>What it gives back.</summary>
    Type OutputType { get; }

    /// <summary>Runs it from its start, as often as its history is replayed.</summary>
    Task<object?> RunAsync(WorkflowContext context, object? input);
}
