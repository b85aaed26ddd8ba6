using System.Globalization;

namespace Dapr.Workflow.Turns;

/// <summary>Events and actions as a person would call them.</summary>
internal static class Words
{
    public static string Of(Protocol.HistoryEvent item) => item.EventTypeCase switch
    {
        Protocol.HistoryEvent.EventTypeOneofCase.TaskScheduled => Numbered($"TaskScheduled '{item.TaskScheduled.Name}'", item.EventId),
        Protocol.HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceCreated => Numbered($"ChildWorkflowInstanceCreated '{item.ChildWorkflowInstanceCreated.Name}'", item.EventId),
        Protocol.HistoryEvent.EventTypeOneofCase.EventSent => Numbered($"EventSent '{item.EventSent.Name}'", item.EventId),
        Protocol.HistoryEvent.EventTypeOneofCase.TaskCompleted => Numbered(nameof(item.TaskCompleted), item.TaskCompleted.TaskScheduledId),
        Protocol.HistoryEvent.EventTypeOneofCase.TaskFailed => Numbered(nameof(item.TaskFailed), item.TaskFailed.TaskScheduledId),
        Protocol.HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceCompleted => Numbered(nameof(item.ChildWorkflowInstanceCompleted), item.ChildWorkflowInstanceCompleted.TaskScheduledId),
        Protocol.HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceFailed => Numbered(nameof(item.ChildWorkflowInstanceFailed), item.ChildWorkflowInstanceFailed.TaskScheduledId),
        Protocol.HistoryEvent.EventTypeOneofCase.TimerFired => Numbered(nameof(item.TimerFired), item.TimerFired.TimerId),
        _ => Numbered($"{item.EventTypeCase}", item.EventId),
    };

    public static string Of(Protocol.WorkflowAction action) => action.WorkflowActionTypeCase switch
    {
        Protocol.WorkflowAction.WorkflowActionTypeOneofCase.ScheduleTask => Numbered($"activity '{action.ScheduleTask.Name}'", action.Id),
        Protocol.WorkflowAction.WorkflowActionTypeOneofCase.CreateChildWorkflow => Numbered($"child workflow '{action.CreateChildWorkflow.Name}'", action.Id),
        Protocol.WorkflowAction.WorkflowActionTypeOneofCase.CreateTimer => Numbered("a timer", action.Id),
        Protocol.WorkflowAction.WorkflowActionTypeOneofCase.SendEvent => Numbered($"sending event '{action.SendEvent.Name}'", action.Id),
        _ => Numbered($"{action.WorkflowActionTypeCase}", action.Id),
    };

    private static string Numbered(string words, int number) => string.Create(CultureInfo.InvariantCulture, $"{words} (number {number})");
}
