using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>
/// One generation of an instance, as its history says: made from its ExecutionStarted (which may still be in the inbox), then moved on by
/// turns or, after a restart, by <see cref="Restore"/> with the rows of those turns in order. Both lead to the same.
/// </summary>
internal sealed class InstanceState(string instanceId, string appId, int generation, HistoryEvent started)
{
    public string InstanceId { get; } = instanceId;

    /// <summary>The app id of this sidecar.</summary>
    public string AppId { get; } = appId;

    /// <summary>1 at first; one more with every continuation and every reuse of the id.</summary>
    public int Generation { get; } = generation;

    /// <summary>The event it begins with, whether applied yet or not.</summary>
    public HistoryEvent Started { get; } = started;

    /// <summary>Set for a generation that continues another: it is never PENDING.</summary>
    public bool Continued { get; init; }

    /// <summary>What the parent passed on; null for none.</summary>
    public PropagatedHistory? Inherited { get; init; }

    /// <summary>How many continuations came one upon the other; kept in the row of the generation.</summary>
    public int TightContinuations { get; init; }

    public RawHistory History { get; } = new();

    public OrchestrationStatus Status => throw new NotSupportedException();

    /// <summary>Whether it has ended; it takes no more events then.</summary>
    public bool Ended => throw new NotSupportedException();

    public string? CustomStatus => throw new NotSupportedException();

    /// <summary>By task id, those without a result. After a restart each of them must run (again).</summary>
    public IReadOnlyDictionary<int, ScheduledActivity> OpenActivities => throw new NotSupportedException();

    /// <summary>By timer id, those that have neither fired nor been deleted. After a restart each of them must be set.</summary>
    public IReadOnlyDictionary<int, TimerToSet> OpenTimers => throw new NotSupportedException();

    /// <summary>By task id, those that have not ended.</summary>
    public IReadOnlyDictionary<int, KnownChild> OpenChildren => throw new NotSupportedException();

    /// <summary>Every child of this generation, ended or not, in the order of creation.</summary>
    public IReadOnlyList<KnownChild> Children => throw new NotSupportedException();

    /// <summary>Takes one row: encoded past events as <see cref="TurnOutcome.Events"/> gave them.</summary>
    public void Restore(ReadOnlyMemory<byte> events, int count, string? customStatus) => throw new NotSupportedException();

    /// <summary>False for what changes nothing: the result of an activity, timer or child that is not awaited (any more), anything once it has ended.</summary>
    public bool Wants(HistoryEvent arrival) => throw new NotSupportedException();

    /// <summary>How it looks now; never changes afterwards. To be shown to others once it is committed.</summary>
    public InstanceView View() => throw new NotSupportedException();
}
