namespace Sidecar.Workflow.Dispatch;

internal enum WorkKind
{
    Turn,
    Activity,
}

internal enum WorkState
{
    Idle,
    Ready,
    Out,

    /// <summary>Out, and nobody waits for its answer any more.</summary>
    Forgotten,
}

/// <summary>
/// One thing for a worker to do. Whoever makes it hands it to the <see cref="Dispatcher"/> and hears of it again when a stream takes it
/// and when that stream breaks. Everything happens on one loop.
/// </summary>
internal abstract class Work
{
    protected Work(WorkKind kind, string instanceId, int taskId = 0)
    {
        Kind = kind;
        InstanceId = instanceId;
        TaskId = taskId;
        Place = new LinkedListNode<Work>(this);
    }

    public WorkKind Kind { get; }

    public string InstanceId { get; }

    /// <summary>Of an activity.</summary>
    public int TaskId { get; }

    /// <summary>Of the workflow or the activity, for limits by name.</summary>
    public abstract string Name { get; }

    /// <summary>Which stream knows how much of the instance's history; null when none does.</summary>
    public virtual Familiarity? Familiarity => null;

    public WorkState State { get; internal set; }

    /// <summary>The stream that it is out with.</summary>
    public WorkStream? Stream { get; internal set; }

    /// <summary>Time stamp of its sending, for whoever asks how long it has been out.</summary>
    public long Since { get; internal set; }

    /// <summary>How many streams have broken on it, one after the other.</summary>
    public int Breaks { get; internal set; }

    internal string Token { get; set; } = "";

    internal long Ticket { get; set; }

    /// <summary>In the queue, or in the hand of a worker.</summary>
    internal LinkedListNode<Work> Place { get; }

    internal (WorkKind Kind, string InstanceId, int TaskId) Key => (Kind, InstanceId, TaskId);

    /// <summary>Its turn has come: what to send. Null when there is nothing to do any more.</summary>
    public abstract WorkRequest? Begin();

    /// <summary>The stream that had it is gone. True to send it to another one at once.</summary>
    public abstract bool Broken();
}
