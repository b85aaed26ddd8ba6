using Google.Protobuf.WellKnownTypes;

namespace Dapr.Workflow.Turns;

/// <summary>Why a timer is set, and the one that never fires: it only says in history that somebody waits for an event.</summary>
internal static class TimerOrigin
{
    /// <summary>The last moment that protobuf knows.</summary>
    public static readonly Timestamp Never = new() { Seconds = 253402300799, Nanos = 999999999 };

    public static Protocol.CreateTimerAction Plain(Timestamp fireAt) => new() { FireAt = fireAt, CreateTimer = new Protocol.TimerOriginCreateTimer() };

    public static Protocol.CreateTimerAction Event(Timestamp fireAt, string name) => new() { FireAt = fireAt, ExternalEvent = new Protocol.TimerOriginExternalEvent { Name = name } };

    public static Protocol.CreateTimerAction ActivityRetry(Timestamp fireAt, string taskExecutionId) =>
        new() { FireAt = fireAt, ActivityRetry = new Protocol.TimerOriginActivityRetry { TaskExecutionId = taskExecutionId } };

    public static Protocol.CreateTimerAction ChildRetry(Timestamp fireAt, string instanceId) =>
        new() { FireAt = fireAt, ChildWorkflowRetry = new Protocol.TimerOriginChildWorkflowRetry { InstanceId = instanceId } };

    public static bool IsNever(Protocol.WorkflowAction action) =>
        action.CreateTimer is { ExternalEvent: not null } timer && Never.Equals(timer.FireAt);

    public static bool IsNever(Protocol.TimerCreatedEvent timer) => timer.ExternalEvent is not null && Never.Equals(timer.FireAt);
}
