using Dapr.Common.Serialization;

namespace Dapr.Workflow.Turns;

/// <summary>What can be awaited under a number, and which events end it.</summary>
internal sealed record TaskKind(string Words, Protocol.HistoryEvent.EventTypeOneofCase Ended, Protocol.HistoryEvent.EventTypeOneofCase Failed)
{
    public static readonly TaskKind Activity = new("activity", Protocol.HistoryEvent.EventTypeOneofCase.TaskCompleted, Protocol.HistoryEvent.EventTypeOneofCase.TaskFailed);
    public static readonly TaskKind Child = new("child workflow", Protocol.HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceCompleted, Protocol.HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceFailed);
    public static readonly TaskKind Timer = new("timer", Protocol.HistoryEvent.EventTypeOneofCase.TimerFired, Protocol.HistoryEvent.EventTypeOneofCase.TimerFired);
}

/// <summary>Something that was asked for and has not ended. Whoever awaits it goes on inside <see cref="End"/>, on the turn's own thread.</summary>
internal abstract class OpenTask(TaskKind kind, int id, string name)
{
    public TaskKind Kind => kind;

    public string Name => name;

    public int Id { get; set; } = id;

    /// <summary>The number that it was asked for under; its execution id comes of it.</summary>
    public int FirstId { get; } = id;

    public bool IsEndedBy(Protocol.HistoryEvent item) => item.EventTypeCase == kind.Ended || item.EventTypeCase == kind.Failed;

    public abstract void End(Protocol.HistoryEvent item);
}

internal sealed class OpenTimer(int id, string name, Action fired) : OpenTask(TaskKind.Timer, id, name)
{
    public override void End(Protocol.HistoryEvent item) => fired();
}

internal sealed class OpenCall<T>(TaskKind kind, int id, string name, IDaprSerializer serializer) : OpenTask(kind, id, name)
{
    private readonly TaskCompletionSource<T> source = new();

    public Task<T> Task => source.Task;

    public override void End(Protocol.HistoryEvent item)
    {
        switch (item.EventTypeCase)
        {
            case Protocol.HistoryEvent.EventTypeOneofCase.TaskCompleted:
                Return(item.TaskCompleted.Result);
                break;
            case Protocol.HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceCompleted:
                Return(item.ChildWorkflowInstanceCompleted.Result);
                break;
            case Protocol.HistoryEvent.EventTypeOneofCase.TaskFailed:
                var why = Failures.Details(item.TaskFailed.FailureDetails, "Unknown error");
                source.SetException(new WorkflowTaskFailedException($"Task failed: {why.ErrorMessage}", why));
                break;
            default:
                source.SetException(new WorkflowTaskFailedException($"Child workflow '{Name}' failed", Failures.Details(item.ChildWorkflowInstanceFailed.FailureDetails, "Unknown message")));
                break;
        }
    }

    private void Return(string? result)
    {
        T value;
        try
        {
            value = string.IsNullOrEmpty(result) ? default! : serializer.Deserialize<T>(result)!;
        }
        catch (Exception unreadable)
        {
            source.SetException(unreadable);
            return;
        }

        source.SetResult(value);
    }
}
