using Dapr.Common.Serialization;
using Google.Protobuf.WellKnownTypes;

namespace Dapr.Workflow;

/// <summary>How far an instance is.</summary>
public sealed class WorkflowState
{
    private readonly Protocol.WorkflowState? state;
    private readonly IDaprSerializer serializer;

    internal WorkflowState(Protocol.WorkflowState? state, IDaprSerializer serializer)
    {
        this.state = state;
        this.serializer = serializer;
        FailureDetails = state?.FailureDetails is { } failure
            ? new WorkflowTaskFailureDetails(failure.ErrorType, failure.ErrorMessage, string.IsNullOrEmpty(failure.StackTrace) ? null : failure.StackTrace)
            : null;
    }

    /// <summary>The workflow's name.</summary>
    public string? WorkflowName => state?.Name;

    /// <summary>Whether there is such an instance.</summary>
    public bool Exists => state is not null;

    /// <summary>Whether it runs.</summary>
    public bool IsWorkflowRunning => RuntimeStatus == WorkflowRuntimeStatus.Running;

    /// <summary>Whether it has ended.</summary>
    public bool IsWorkflowCompleted => RuntimeStatus is WorkflowRuntimeStatus.Completed or WorkflowRuntimeStatus.Failed or WorkflowRuntimeStatus.Terminated;

    /// <summary>When it began.</summary>
    public DateTimeOffset CreatedAt => Time(state?.CreatedTimestamp);

    /// <summary>When something last happened.</summary>
    public DateTimeOffset LastUpdatedAt => Time(state?.LastUpdatedTimestamp);

    /// <summary>Its status.</summary>
    public WorkflowRuntimeStatus RuntimeStatus => state is null
        ? WorkflowRuntimeStatus.Unknown
        : System.Enum.IsDefined((WorkflowRuntimeStatus)state.WorkflowStatus) ? (WorkflowRuntimeStatus)state.WorkflowStatus : WorkflowRuntimeStatus.Unknown;

    /// <summary>Why it failed.</summary>
    public WorkflowTaskFailureDetails? FailureDetails { get; }

    /// <summary>What it was given.</summary>
    public T? ReadInputAs<T>() => serializer.Deserialize<T>(state?.Input);

    /// <summary>What it gave back.</summary>
    public T? ReadOutputAs<T>() => serializer.Deserialize<T>(state?.Output);

    /// <summary>What it last said of itself.</summary>
    public T? ReadCustomStatusAs<T>() => serializer.Deserialize<T>(state?.CustomStatus);

    private static DateTimeOffset Time(Timestamp? time) => time?.ToDateTimeOffset() ?? default;
}
