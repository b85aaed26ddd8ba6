using Dapr.Workflow.Abstractions;
using Dapr.Workflow.Worker;
using Grpc.Net.Client;

namespace Dapr.Workflow;

/// <summary>What workflows and activities an app has, and how its worker reaches the sidecar.</summary>
public sealed class WorkflowRuntimeOptions
{
    private const int AtOnce = 100;
    private readonly List<Action<IWorkflowsFactory>> registrations = [];
    private int maxConcurrentWorkflows = AtOnce;
    private int maxConcurrentActivities = AtOnce;

    /// <summary>Of these only the two limits of sizes count.</summary>
    public GrpcChannelOptions? GrpcChannelOptions { get; private set; }

    /// <summary>Without effect.</summary>
    [Obsolete("It has no effect; the sidecar knows limits.")]
    public int MaxConcurrentWorkflows
    {
        get => maxConcurrentWorkflows;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            maxConcurrentWorkflows = value;
        }
    }

    /// <summary>Without effect.</summary>
    [Obsolete("It has no effect; the sidecar knows limits.")]
    public int MaxConcurrentActivities
    {
        get => maxConcurrentActivities;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            maxConcurrentActivities = value;
        }
    }

    /// <summary>The limits of sizes of messages.</summary>
    public void UseGrpcChannelOptions(GrpcChannelOptions grpcChannelOptions)
    {
        ArgumentNullException.ThrowIfNull(grpcChannelOptions);
        GrpcChannelOptions = grpcChannelOptions;
    }

    /// <summary>Adds a function as a workflow.</summary>
    public void RegisterWorkflow<TInput, TOutput>(string name, Func<WorkflowContext, TInput, Task<TOutput>> implementation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(implementation);
        registrations.Add(factory => factory.RegisterWorkflow(name, implementation));
    }

    /// <summary>Adds a workflow under its class's name or another.</summary>
    public void RegisterWorkflow<TWorkflow>(string? name = null)
        where TWorkflow : class, IWorkflow => registrations.Add(factory => factory.RegisterWorkflow<TWorkflow>(name));

    /// <summary>Adds a function as an activity.</summary>
    public void RegisterActivity<TInput, TOutput>(string name, Func<WorkflowActivityContext, TInput, Task<TOutput>> implementation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(implementation);
        registrations.Add(factory => factory.RegisterActivity(name, implementation));
    }

    /// <summary>Adds an activity under its class's name or another.</summary>
    public void RegisterActivity<TActivity>(string? name = null)
        where TActivity : class, IWorkflowActivity => registrations.Add(factory => factory.RegisterActivity<TActivity>(name));

    /// <summary>Adds all to a factory.</summary>
    public void ApplyRegistrations(IWorkflowsFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        foreach (var registration in registrations)
        {
            registration(factory);
        }
    }
}
