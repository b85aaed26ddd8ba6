namespace Dapr.Workflow;

/// <summary>Propagated history as it comes over the wire.</summary>
internal static class PropagatedChunks
{
    public static PropagatedHistory? Read(Protocol.PropagatedHistory? told) =>
        told is { Chunks.Count: > 0 } ? new PropagatedHistory([.. told.Chunks.Select(Read)]) : null;

    private static PropagatedHistoryEvent Read(Protocol.PropagatedHistoryChunk chunk)
    {
        var events = chunk.RawEvents.Select(Protocol.HistoryEvent.Parser.ParseFrom).ToList();
        var activities = new Dictionary<int, Protocol.HistoryEvent>();
        var children = new Dictionary<int, Protocol.HistoryEvent>();
        foreach (var item in events)
        {
            switch (item.EventTypeCase)
            {
                case Protocol.HistoryEvent.EventTypeOneofCase.TaskCompleted:
                    activities[item.TaskCompleted.TaskScheduledId] = item;
                    break;
                case Protocol.HistoryEvent.EventTypeOneofCase.TaskFailed:
                    activities[item.TaskFailed.TaskScheduledId] = item;
                    break;
                case Protocol.HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceCompleted:
                    children[item.ChildWorkflowInstanceCompleted.TaskScheduledId] = item;
                    break;
                case Protocol.HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceFailed:
                    children[item.ChildWorkflowInstanceFailed.TaskScheduledId] = item;
                    break;
            }
        }

        return new PropagatedHistoryEvent(
            chunk.InstanceId,
            chunk.AppId,
            chunk.WorkflowName,
            [.. events.Where(item => item.TaskScheduled is not null).Select(item => ActivityOf(item, activities.GetValueOrDefault(item.EventId)))],
            [.. events.Where(item => item.ChildWorkflowInstanceCreated is not null).Select(item => ChildOf(item, children.GetValueOrDefault(item.EventId)))]);
    }

    private static PropagatedHistoryActivityResult ActivityOf(Protocol.HistoryEvent scheduled, Protocol.HistoryEvent? ended) => new(
        scheduled.TaskScheduled.Name,
        StatusOf(ended, ended?.TaskFailed is not null),
        scheduled.TaskScheduled.Input,
        ended?.TaskCompleted?.Result,
        DetailsOf(ended?.TaskFailed?.FailureDetails));

    private static PropagatedHistoryWorkflowResult ChildOf(Protocol.HistoryEvent created, Protocol.HistoryEvent? ended) => new(
        created.ChildWorkflowInstanceCreated.Name,
        StatusOf(ended, ended?.ChildWorkflowInstanceFailed is not null),
        ended?.ChildWorkflowInstanceCompleted?.Result,
        DetailsOf(ended?.ChildWorkflowInstanceFailed?.FailureDetails));

    private static PropagatedHistoryStatus StatusOf(Protocol.HistoryEvent? ended, bool isFailed) =>
        ended is null ? PropagatedHistoryStatus.Pending : isFailed ? PropagatedHistoryStatus.Failed : PropagatedHistoryStatus.Completed;

    private static WorkflowTaskFailureDetails? DetailsOf(Protocol.TaskFailureDetails? told) =>
        told is null ? null : new WorkflowTaskFailureDetails(told.ErrorType, told.ErrorMessage, told.StackTrace);
}
