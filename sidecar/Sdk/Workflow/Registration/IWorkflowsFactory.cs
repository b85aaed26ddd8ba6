using Dapr.Workflow.Abstractions;

namespace Dapr.Workflow.Worker;

/// <summary>The workflows and activities of an app by their names. Names have no case; the first of a name counts.</summary>
public interface IWorkflowsFactory
{
    /// <summary>Adds a workflow under its class's name or another.</summary>
    void RegisterWorkflow<TWorkflow>(string? name = null)
        where TWorkflow : class, IWorkflow;

    /// <summary>Adds a function as a workflow.</summary>
    void RegisterWorkflow<TInput, TOutput>(string name, Func<WorkflowContext, TInput, Task<TOutput>> implementation);

    /// <summary>Adds an activity under its class's name or another.</summary>
    void RegisterActivity<TActivity>(string? name = null)
        where TActivity : class, IWorkflowActivity;

    /// <summary>Adds a function as an activity.</summary>
    void RegisterActivity<TInput, TOutput>(string name, Func<WorkflowActivityContext, TInput, Task<TOutput>> implementation);

    /// <summary>Makes a workflow; false when there is none of the name, or it could not be made.</summary>
    bool TryCreateWorkflow(TaskIdentifier identifier, IServiceProvider serviceProvider, out IWorkflow? workflow, out Exception? activationException);

    /// <summary>Makes an activity; false when there is none of the name, or it could not be made.</summary>
    bool TryCreateActivity(TaskIdentifier identifier, IServiceProvider serviceProvider, out IWorkflowActivity? activity, out Exception? activationException);
}
