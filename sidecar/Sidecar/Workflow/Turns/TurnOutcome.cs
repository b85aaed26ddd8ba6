using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

internal enum TurnKind
{
    /// <summary>Events are appended (perhaps none), the inbox events of the turn are used up, effects follow once that is committed.</summary>
    Applied,

    /// <summary>As Applied, but what is kept is <see cref="TurnOutcome.Continuation"/>; the history of before goes, and so do its timers and activities.</summary>
    ContinuedAsNew,

    /// <summary>ExecutionStalled is appended (nothing if it was there already); the inbox stays as it is and the turn is tried again when circumstances have changed.</summary>
    Stalled,

    /// <summary>The answer does not fit. Nothing has changed; the turn may be tried again, and the reason is for people.</summary>
    Rejected,
}

/// <summary>What a turn leads to. The state it was begun with has been moved on already, but for a rejected turn.</summary>
internal sealed record TurnOutcome(TurnKind Kind)
{
    /// <summary>For people: why it was rejected or stalled; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>The events to be appended, as encoded past events of a WorkflowRequest. Empty for a continuation.</summary>
    public ReadOnlyMemory<byte> Events { get; init; }

    public int EventCount { get; init; }

    /// <summary>How many of the inbox events given to <see cref="Turn.Begin"/> are used up: all of them, or none.</summary>
    public int Consumed { get; init; }

    /// <summary>As it is from now on; null is absent, and that is not the same as empty.</summary>
    public string? CustomStatus { get; init; }

    /// <summary>True when the instance has ended with this turn.</summary>
    public bool Ended { get; init; }

    /// <summary>The new generation and the events it begins with, in order.</summary>
    public Continuation? Continuation { get; init; }

    public IReadOnlyList<ScheduledActivity> Activities { get; init; } = [];

    public IReadOnlyList<TimerToSet> Timers { get; init; } = [];

    /// <summary>Timers whose event has come, or that nobody waits for any more.</summary>
    public IReadOnlyList<int> TimersToDelete { get; init; } = [];

    public IReadOnlyList<ChildToStart> Children { get; init; } = [];

    /// <summary>To other instances: the end to the parent, events sent, terminations that cascade.</summary>
    public IReadOnlyList<MessageToInstance> Messages { get; init; } = [];

    public static TurnOutcome Rejected(string reason) => new(TurnKind.Rejected) { Reason = reason };
}

/// <summary>What an instance that continued as new goes on with. After 20 in a row there is a pause of a second.</summary>
internal sealed record Continuation(InstanceState State, IReadOnlyList<HistoryEvent> Inbox, bool Pause);
