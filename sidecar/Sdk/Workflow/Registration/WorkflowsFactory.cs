using Dapr.Workflow.Abstractions;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

/// <summary>The workflows and activities that were registered.</summary>
internal sealed class WorkflowsFactory(ILogger<WorkflowsFactory> log) : IWorkflowsFactory
{
    private readonly NamedMakers<IWorkflow> workflows = new("Workflow", log);
    private readonly NamedMakers<IWorkflowActivity> activities = new("Activity", log);

    public void RegisterWorkflow<TWorkflow>(string? name = null)
        where TWorkflow : class, IWorkflow => Workflow(typeof(TWorkflow), name);

    public void RegisterWorkflow<TInput, TOutput>(string name, Func<WorkflowContext, TInput, Task<TOutput>> implementation)
    {
        ArgumentNullException.ThrowIfNull(implementation);
        workflows.Add(name, implementation.GetType(), _ => new FunctionWorkflow<TInput, TOutput>(implementation));
    }

    public void RegisterActivity<TActivity>(string? name = null)
        where TActivity : class, IWorkflowActivity => Activity(typeof(TActivity), name);

    public void RegisterActivity<TInput, TOutput>(string name, Func<WorkflowActivityContext, TInput, Task<TOutput>> implementation)
    {
        ArgumentNullException.ThrowIfNull(implementation);
        activities.Add(name, implementation.GetType(), _ => new FunctionActivity<TInput, TOutput>(implementation));
    }

    public bool TryCreateWorkflow(TaskIdentifier identifier, IServiceProvider serviceProvider, out IWorkflow? workflow, out Exception? activationException) =>
        workflows.TryMake(identifier.Name, serviceProvider, out workflow, out activationException);

    public bool TryCreateActivity(TaskIdentifier identifier, IServiceProvider serviceProvider, out IWorkflowActivity? activity, out Exception? activationException) =>
        activities.TryMake(identifier.Name, serviceProvider, out activity, out activationException);

    public void Workflow(Type type, string? name = null) => workflows.Add(name ?? type.Name, type);

    public void Activity(Type type, string? name = null) => activities.Add(name ?? type.Name, type);

    private sealed class FunctionWorkflow<TInput, TOutput>(Func<WorkflowContext, TInput, Task<TOutput>> implementation) : IWorkflow
    {
        public Type InputType => typeof(TInput);

        public Type OutputType => typeof(TOutput);

        public async Task<object?> RunAsync(WorkflowContext context, object? input) => await implementation(context, input is null ? default! : (TInput)input);
    }

    private sealed class FunctionActivity<TInput, TOutput>(Func<WorkflowActivityContext, TInput, Task<TOutput>> implementation) : IWorkflowActivity
    {
        public Type InputType => typeof(TInput);

        public Type OutputType => typeof(TOutput);

        public async Task<object?> RunAsync(WorkflowActivityContext context, object? input) => await implementation(context, input is null ? default! : (TInput)input);
    }
}
