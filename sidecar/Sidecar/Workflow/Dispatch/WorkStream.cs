using System.Threading.Channels;

namespace Sidecar.Workflow.Dispatch;

/// <summary>The items on their way to one worker. Read by whoever sends them; disposed when the worker's stream has ended.</summary>
public sealed class WorkStream : IAsyncDisposable
{
    private readonly Channel<WorkItemFrame> items = Channel.CreateUnbounded<WorkItemFrame>(new() { SingleReader = true, SingleWriter = true });
    private readonly Action<WorkStream> close;
    private readonly StreamCapacity capacity;
    private int isClosed;
    private int turns;
    private int activities;
    private int turnCap;
    private int activityCap;

    internal WorkStream(WorkerProfile worker, Action<WorkStream> close)
    {
        Worker = worker;
        this.close = close;
        capacity = worker.Capacity;
        turnCap = capacity.FirstTurns;
        activityCap = capacity.FirstActivities;
    }

    public WorkerProfile Worker { get; }

    /// <summary>Bounded by what a stream may have in hand. Ends, with the reason when there is one, when this hub serves it no more.</summary>
    public ChannelReader<WorkItemFrame> Items => items.Reader;

    /// <summary>What the worker has in hand, in the order in which it was sent.</summary>
    internal LinkedList<Work> InHand { get; } = [];

    internal bool IsOpen { get; set; }

    internal long LastTicket { get; set; }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isClosed, 1) == 0)
        {
            close(this);
        }

        return ValueTask.CompletedTask;
    }

    internal int Room(WorkKind kind) => kind == WorkKind.Turn ? turnCap - turns : activityCap - activities;

    internal int Count(WorkKind kind) => kind == WorkKind.Turn ? turns : activities;

    internal void Send(Work work, WorkItemFrame frame)
    {
        InHand.AddLast(work.Place);
        Add(work.Kind, 1);
        items.Writer.TryWrite(frame);
    }

    /// <summary>The worker has answered, or need not answer any more; only an answer shows that it keeps up.</summary>
    internal void Return(Work work, bool isAnswered)
    {
        InHand.Remove(work.Place);
        Add(work.Kind, -1);
        if (isAnswered && work.Kind == WorkKind.Turn)
        {
            turnCap = Math.Min(turnCap + 1, capacity.MostTurns);
        }
        else if (isAnswered)
        {
            activityCap = Math.Min(activityCap + 1, capacity.MostActivities);
        }
    }

    internal void End(Exception? reason) => items.Writer.TryComplete(reason);

    private void Add(WorkKind kind, int change)
    {
        if (kind == WorkKind.Turn)
        {
            turns += change;
        }
        else
        {
            activities += change;
        }
    }
}
