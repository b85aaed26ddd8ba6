using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Dapr.Workflow.Client;

/// <summary>The names of history under which users know them.</summary>
internal static class HistoryTypes
{
    public static WorkflowHistoryEventType Of(Kind kind) => kind switch
    {
        Kind.ChildWorkflowInstanceCreated or Kind.DetachedWorkflowInstanceCreated => WorkflowHistoryEventType.SubOrchestrationInstanceCreated,
        Kind.ChildWorkflowInstanceCompleted => WorkflowHistoryEventType.SubOrchestrationInstanceCompleted,
        Kind.ChildWorkflowInstanceFailed => WorkflowHistoryEventType.SubOrchestrationInstanceFailed,
        Kind.WorkflowStarted => WorkflowHistoryEventType.OrchestratorStarted,
        Kind.WorkflowCompleted => WorkflowHistoryEventType.OrchestratorCompleted,
        _ => Enum.TryParse<WorkflowHistoryEventType>($"{kind}", out var same) ? same : WorkflowHistoryEventType.Unknown,
    };
}
