using System.Text.Json.Serialization;
using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;

namespace Library.Sagas.Orchestrator.Machine;

/// <summary>How far a saga is: all that its machine knows. It holds ids, times and codes, no person, and survives being written as JSON.</summary>
public sealed record Progress
{
    public required DateTimeOffset At { get; init; }

    public SagaState State { get; init; } = SagaState.Running;

    /// <summary>The state that the record shows.</summary>
    public SagaState Shown { get; init; } = SagaState.Pending;

    public Phase Phase { get; init; }

    /// <summary>Of the next entry in the trail; an entry is written once.</summary>
    public int Number { get; init; } = 1;

    public int Position { get; init; }

    public Direction Direction { get; init; }

    public int Attempt { get; init; } = 1;

    /// <summary>The oldest attempt at this step, in this direction, that was not answered.</summary>
    public int Unanswered { get; init; } = 1;

    /// <summary>Attempts that count for the step's retries: since it began, or since an operator said retry.</summary>
    public int Tries { get; init; } = 1;

    /// <summary>Nobody knows whether the step has happened.</summary>
    public bool IsUnsure { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    /// <summary>The end of a pause.</summary>
    public DateTimeOffset? Until { get; init; }

    public DateTimeOffset? StepDeadline { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How often it has come to a stop; an operator's verb names the stop that it is meant for.</summary>
    public int Occurrence { get; init; }

    /// <summary>The stop that the record shows, or showed last.</summary>
    public int ShownOccurrence { get; init; }

    public Stop? Stop { get; init; }

    public IReadOnlyDictionary<string, StepOutput> Outputs { get; init; } = new Dictionary<string, StepOutput>();

    /// <summary>What is still to be undone, in this order, the step at <see cref="Position"/> first.</summary>
    public IReadOnlyList<int> Undo { get; init; } = [];

    /// <summary>Why it is undone.</summary>
    public IReadOnlyList<Reason> Reasons { get; init; } = [];

    public bool IsOrderedBack { get; init; }

    /// <summary>What has happened since the last entry of the trail.</summary>
    public IReadOnlyList<Note> Notes { get; init; } = [];

    [JsonIgnore]
    public bool IsOver => Phase == Phase.Over;

    public static Progress Begin(SagaPlan plan, DateTimeOffset now) => new()
    {
        At = now,
        Deadline = now + plan.Deadline,
        StepDeadline = now + plan.Steps[0].Deadline,
    };

    internal Progress Noted(string what, IReadOnlyList<Reason>? reasons = null, StepOutput? output = null, string? step = null, int? attempt = null) =>
        this with { Notes = [.. Notes, new Note(At, what, step, step is null ? null : Direction, attempt, reasons, output)] };
}

/// <summary>What a saga does next.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Phase>))]
public enum Phase
{
    /// <summary>The step's command is sent, or its participant called.</summary>
    Asking,

    /// <summary>The answer is awaited.</summary>
    Awaiting,

    /// <summary>It is asked again after a while.</summary>
    Pausing,

    Stuck,

    /// <summary>The record is closed.</summary>
    Ending,

    Over,
}

/// <summary>Where a saga waits or is stuck, since when and why, and what an operator may do about it.</summary>
public sealed record Stop(
    int Occurrence, string Step, Direction Direction, string Participant, DateTimeOffset Since, IReadOnlyList<Reason> Reasons, IReadOnlyList<string> Verbs);

/// <summary>One line of the audit trail.</summary>
public sealed record Note(
    DateTimeOffset At, string What, string? Step = null, Direction? Direction = null, int? Attempt = null, IReadOnlyList<Reason>? Reasons = null, StepOutput? Output = null);
