namespace Dapr.Workflow;

/// <summary>Steps that survive the end of their process. Its code is replayed: it asks only its context for time, numbers and work.</summary>
/// <typeparam name="TInput">What it is given.</typeparam>
/// <typeparam name="TOutput">What it gives back.</typeparam>
public abstract class Workflow<TInput, TOutput> : IWorkflow
{
    /// <summary>A workflow.</summary>
    protected Workflow()
    {
    }

    Type IWorkflow.InputType => typeof(TInput);

    Type IWorkflow.OutputType => typeof(TOutput);

    /// <summary>The steps.</summary>
    public abstract Task<TOutput> RunAsync(WorkflowContext context, TInput input);

    async Task<object?> IWorkflow.RunAsync(WorkflowContext context, object? input) => await RunAsync(context, input is null ? default! : (TInput)input);
}
