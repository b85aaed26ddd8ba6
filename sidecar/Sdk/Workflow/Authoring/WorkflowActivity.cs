using Dapr.Workflow.Abstractions;

namespace Dapr.Workflow;

/// <summary>Work that a workflow orders. It is done at least once.</summary>
/// <typeparam name="TInput">What it is given.</typeparam>
/// <typeparam name="TOutput">What it gives back.</typeparam>
public abstract class WorkflowActivity<TInput, TOutput> : IWorkflowActivity
{
    /// <summary>An activity.</summary>
    protected WorkflowActivity()
    {
    }

    Type IWorkflowActivity.InputType => typeof(TInput);

    Type IWorkflowActivity.OutputType => typeof(TOutput);

    /// <inheritdoc/>
    public async Task<object?> RunAsync(WorkflowActivityContext context, object? input) => await RunAsync(context, input is null ? default! : (TInput)input);

    /// <summary>Does the work.</summary>
    public abstract Task<TOutput> RunAsync(WorkflowActivityContext context, TInput input);
}
