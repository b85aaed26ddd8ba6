using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Sidecar.Workflow.Turns;

/// <summary>
/// One generation of an instance, as its history says: made from its ExecutionStarted (which may still be in the inbox), then moved on by
/// turns or, after a restart, by <see cref="Restore"/> with the rows of those turns in order. Both lead to the same.
/// </summary>
internal sealed class InstanceState(string instanceId, string appId, int generation, HistoryEvent started)
{
    private readonly OpenWork work = new();
    private readonly List<KnownChild> children = [];
    private List<string>? patches;
    private string? versionName;
    private bool isStarted;
    private bool isSuspended;
    private HistoryEvent? completed;
    private HistoryEvent? stalled;
    private Timestamp? startedAt;
    private Timestamp? updatedAt;

    public string InstanceId { get; } = instanceId;

    /// <summary>The app id of this sidecar.</summary>
    public string AppId { get; } = appId;

    /// <summary>1 at first; one more with every continuation and every reuse of the id.</summary>
    public int Generation { get; } = generation;

    /// <summary>The event it begins with, whether applied yet or not.</summary>
    public HistoryEvent Started { get; } = started;

    public string Name => Started.ExecutionStarted.Name;

    public string? ExecutionId => Started.ExecutionStarted.WorkflowInstance?.ExecutionId;

    /// <summary>Set for a generation that continues another: it is never PENDING.</summary>
    public bool Continued { get; init; }

    /// <summary>What the parent passed on; null for none.</summary>
    public PropagatedHistory? Inherited { get; init; }

    /// <summary>How many continuations came one upon the other; kept in the row of the generation.</summary>
    public int TightContinuations { get; init; }

    public RawHistory History { get; } = new();

    public string? CustomStatus { get; set; }

    public OrchestrationStatus Status =>
        completed is not null ? completed.ExecutionCompleted.WorkflowStatus :
        stalled is not null ? OrchestrationStatus.Stalled :
        !isStarted ? Continued ? OrchestrationStatus.Running : OrchestrationStatus.Pending :
        isSuspended ? OrchestrationStatus.Suspended : OrchestrationStatus.Running;

    /// <summary>Whether it has ended; it takes no more events then.</summary>
    public bool Ended => completed is not null;

    /// <summary>Why it stands still; null when it does not.</summary>
    public ExecutionStalledEvent? Stall => stalled?.ExecutionStalled;

    /// <summary>By task id, those without a result. After a restart each of them must run (again).</summary>
    public IReadOnlyDictionary<int, ScheduledActivity> OpenActivities => work.Activities;

    /// <summary>By timer id, those that have neither fired nor been deleted. After a restart each of them must be set.</summary>
    public IReadOnlyDictionary<int, TimerToSet> OpenTimers => work.Timers;

    /// <summary>By task id, those that have not ended.</summary>
    public IReadOnlyDictionary<int, KnownChild> OpenChildren => work.Children;

    /// <summary>Every child of this generation, ended or not, in the order of creation.</summary>
    public IReadOnlyList<KnownChild> Children => children;

    internal IReadOnlyList<string> Patches => patches ?? (IReadOnlyList<string>)[];

    internal bool IsStarted => isStarted;

    /// <summary>The latest time that the workflow was told; it never goes back, whatever the clock does.</summary>
    internal Timestamp? Clock { get; private set; }

    /// <summary>Takes one row: encoded past events as <see cref="TurnOutcome.Events"/> gave them.</summary>
    public void Restore(ReadOnlyMemory<byte> events, int count, string? customStatus)
    {
        var read = EventBytes.Read(events.Span);
        for (var i = 0; i < read.Count; i++)
        {
            Take(read[i], read[i].EventTypeCase == Kind.TaskScheduled ? Scheduling.Of(this, read[i], read.Take(i)) : null, null);
        }

        Append(events, count, customStatus);
    }

    /// <summary>False for what changes nothing: the result of an activity, timer or child that is not awaited (any more), anything once it has ended.</summary>
    public bool Wants(HistoryEvent arrival) => !Ended && arrival.EventTypeCase switch
    {
        Kind.ExecutionStarted => !isStarted,
        Kind.TaskCompleted => work.Activities.ContainsKey(arrival.TaskCompleted.TaskScheduledId),
        Kind.TaskFailed => work.Activities.ContainsKey(arrival.TaskFailed.TaskScheduledId),
        Kind.TimerFired => work.Timers.ContainsKey(arrival.TimerFired.TimerId),
        Kind.ChildWorkflowInstanceCompleted => work.Children.ContainsKey(arrival.ChildWorkflowInstanceCompleted.TaskScheduledId),
        Kind.ChildWorkflowInstanceFailed => work.Children.ContainsKey(arrival.ChildWorkflowInstanceFailed.TaskScheduledId),
        _ => true,
    };

    /// <summary>How it looks now; never changes afterwards. To be shown to others once it is committed.</summary>
    public InstanceView View() => new(InstanceId, Generation, Status, Started, children.Count == 0 ? [] : [.. children], History.Slice())
    {
        Known = isStarted || Continued,
        CustomStatus = CustomStatus,
        VersionName = versionName,
        StartedAt = startedAt,
        UpdatedAt = updatedAt,
        Completed = completed,
        Stall = Stall,
    };

    internal bool IsSuspended => isSuspended;

    internal UsedId? Use(int id) => work.Use(id);

    internal bool Awaits(int id) => work.Activities.ContainsKey(id) || work.Timers.ContainsKey(id) || work.Children.ContainsKey(id);

    internal void Append(ReadOnlyMemory<byte> events, int count, string? customStatus)
    {
        History.Append(events, count);
        CustomStatus = customStatus;
    }

    /// <summary>Moves on by one event. The timer that an external event makes useless is added to <paramref name="deleted"/>.</summary>
    internal void Take(HistoryEvent one, ScheduledActivity? activity, List<int>? deleted)
    {
        startedAt ??= one.Timestamp;
        updatedAt = one.Timestamp;
        stalled = null;
        switch (one.EventTypeCase)
        {
            case Kind.WorkflowStarted:
                Clock = one.Timestamp;
                TakeVersion(one.WorkflowStarted.Version);
                break;
            case Kind.ExecutionStarted:
                isStarted = true;
                break;
            case Kind.ExecutionCompleted:
                completed = one;
                break;
            case Kind.ExecutionStalled:
                stalled = one;
                break;
            case Kind.ExecutionSuspended:
                isSuspended = true;
                break;
            case Kind.ExecutionResumed:
                isSuspended = false;
                break;
            case Kind.EventRaised:
                if (work.Raise(one.EventRaised.Name) is { } timer)
                {
                    deleted?.Add(timer);
                }

                break;
            default:
                TakeWork(one, activity);
                break;
        }
    }

    private void TakeWork(HistoryEvent one, ScheduledActivity? activity)
    {
        switch (one.EventTypeCase)
        {
            case Kind.TaskScheduled:
                work.Schedule(activity!);
                break;
            case Kind.TimerCreated:
                work.Set(one);
                break;
            case Kind.ChildWorkflowInstanceCreated:
                children.Add(work.Create(one));
                break;
            case Kind.EventSent or Kind.DetachedWorkflowInstanceCreated:
                work.Note(one);
                break;
            case Kind.TaskCompleted:
                work.Activities.Remove(one.TaskCompleted.TaskScheduledId);
                break;
            case Kind.TaskFailed:
                work.Activities.Remove(one.TaskFailed.TaskScheduledId);
                break;
            case Kind.TimerFired:
                work.Fire(one.TimerFired.TimerId);
                break;
            case Kind.ChildWorkflowInstanceCompleted:
                work.Children.Remove(one.ChildWorkflowInstanceCompleted.TaskScheduledId);
                break;
            case Kind.ChildWorkflowInstanceFailed:
                work.Children.Remove(one.ChildWorkflowInstanceFailed.TaskScheduledId);
                break;
        }
    }

    private void TakeVersion(WorkflowVersion? version)
    {
        if (version is not null)
        {
            versionName ??= version.HasName ? version.Name : null;
            (patches ??= []).AddRange(version.Patches);
        }
    }
}
