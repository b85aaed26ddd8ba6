using Dapr.Workflow.Abstractions;

namespace Dapr.Workflow;

/// <summary>For whom an activity works.</summary>
public abstract class WorkflowActivityContext
{
    /// <summary>A context.</summary>
    protected WorkflowActivityContext()
    {
    }

    /// <summary>The activity's name.</summary>
    public abstract TaskIdentifier Identifier { get; }

    /// <summary>The same for each time that this order is carried out, so that an effect can be recognised.</summary>
    public abstract string TaskExecutionKey { get; }

    /// <summary>The workflow's instance.</summary>
    public abstract string InstanceId { get; }
}
