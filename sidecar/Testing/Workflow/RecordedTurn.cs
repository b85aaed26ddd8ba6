using Sidecar.Protos.Workflow;

namespace Sidecar.Testing.Workflow;

/// <summary>A part of a history: what came to a turn, from <paramref name="Begin"/>, and what it asked for, from <paramref name="Asked"/>.</summary>
internal sealed record RecordedTurn(int Begin, int Asked, int End)
{
    /// <summary>Whether an event says what a worker wanted, rather than what came to it.</summary>
    public static bool IsAsked(HistoryEvent item) => item.EventTypeCase is
        HistoryEvent.EventTypeOneofCase.TaskScheduled or
        HistoryEvent.EventTypeOneofCase.TimerCreated or
        HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceCreated or
        HistoryEvent.EventTypeOneofCase.EventSent or
        HistoryEvent.EventTypeOneofCase.DetachedWorkflowInstanceCreated or
        HistoryEvent.EventTypeOneofCase.ExecutionCompleted or
        HistoryEvent.EventTypeOneofCase.ExecutionStalled;
}
