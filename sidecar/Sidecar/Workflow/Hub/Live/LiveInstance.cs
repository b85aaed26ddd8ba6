using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Dispatch;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

internal enum Phase
{
    /// <summary>Waits for something to happen.</summary>
    Resting,

    /// <summary>Its history is being read.</summary>
    Loading,

    /// <summary>Its turn waits for a worker, or is with one.</summary>
    InTurn,

    /// <summary>Its turn is on its way into the store.</summary>
    Committing,

    /// <summary>Its turn failed and is tried again later.</summary>
    BackingOff,

    /// <summary>Its turn failed too often, or cannot go on as things are.</summary>
    Parked,

    /// <summary>It has ended, or was purged.</summary>
    Gone,
}

/// <summary>An instance that has not ended. Touched on the loop only.</summary>
internal sealed class LiveInstance
{
    private Dictionary<int, DueTimer>? timers;

    public LiveInstance(string id, long serial, long slot, InstanceState state, Inbox inbox)
    {
        Id = id;
        Serial = serial;
        Slot = slot;
        State = state;
        Inbox = inbox;
    }

    public string Id { get; }

    /// <summary>What its rows are called by.</summary>
    public long Serial { get; }

    public long Slot { get; }

    public InstanceState State { get; set; }

    /// <summary>As it was at its last commit; null until its creation is through.</summary>
    public InstanceView? View { get; set; }

    public Inbox Inbox { get; }

    public Phase Phase { get; set; }

    /// <summary>Rows of this generation.</summary>
    public long Turns { get; set; }

    public TurnWork? Turn { get; set; }

    /// <summary>No turn before this time.</summary>
    public DueTimer? Start { get; set; }

    public int Failures { get; set; }

    /// <summary>Why it is parked or backs off, for people.</summary>
    public string? Problem { get; set; }

    /// <summary>Parked because of how things are with its worker, not because of its turn: another worker may do better.</summary>
    public bool AwaitsWorker { get; set; }

    /// <summary>Since when it has been in this phase, as a time stamp.</summary>
    public long Since { get; set; }

    public LinkedListNode<LiveInstance>? OnShelf { get; set; }

    /// <summary>Who waits for its history to be read again.</summary>
    public List<TaskCompletionSource<IReadOnlyList<HistoryEvent>?>> Readers { get; } = [];

    public Familiarity Familiarity { get; } = new();

    /// <summary>Its end is on its way into the store: what still comes is for nobody.</summary>
    public bool IsEnding { get; set; }

    public bool IsGone => Phase == Phase.Gone;

    public bool HasTimer(int id) => timers?.ContainsKey(id) == true;

    public void SetTimer(int id, DueTimer timer) => (timers ??= [])[id] = timer;

    public void EndTimer(int id, DueTimers all)
    {
        if (timers is not null && timers.Remove(id, out var timer))
        {
            all.Cancel(timer);
        }
    }

    public void EndTimers(DueTimers all)
    {
        foreach (var timer in timers?.Values ?? Enumerable.Empty<DueTimer>())
        {
            all.Cancel(timer);
        }

        timers = null;
    }
}
