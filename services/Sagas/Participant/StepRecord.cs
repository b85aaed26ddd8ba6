using Library.Contracts;

namespace Library.Sagas.Participant;

/// <summary>
/// What a participant remembers of one step of one saga, and all rules about what to do with a command that comes once, twice, late or in the wrong
/// order. It is pure: whoever uses it writes the next record in the transaction of the effect.
/// </summary>
public sealed record StepRecord
{
    public static readonly StepRecord Nothing = new();

    private static readonly Reason Barred = new("step-undone", "This step was undone, so it is not done any more. Only a new saga can do it.");

    public int Schema { get; init; } = 1;

    public StepOutcome? Action { get; init; }

    public StepOutcome? Undo { get; init; }

    public StepState State => Undo is { Done: true } ? StepState.Undone
        : Action is null ? StepState.Unknown
        : Action.Done ? StepState.Done
        : StepState.Refused;

    /// <summary>What comes of an attempt at the action.</summary>
    public StepVerdict OnAction(int attempt) =>
        State == StepState.Undone ? StepVerdict.Answer(StepOutcome.OfRefusal(attempt, [Barred]))
        : IsAnswered(Action, attempt) ? StepVerdict.Answer(Action!)
        : StepVerdict.Try;

    /// <summary>What comes of an attempt at the undo. Where nothing was done nothing is tried, and what comes late is barred.</summary>
    public StepVerdict OnUndo(int attempt) =>
        IsAnswered(Undo, attempt) ? StepVerdict.Answer(Undo!)
        : State == StepState.Done ? StepVerdict.Try
        : StepVerdict.Note(StepOutcome.OfSuccess(attempt, null, null));

    public StepRecord AfterAction(StepOutcome outcome) => this with { Action = outcome };

    public StepRecord AfterUndo(StepOutcome outcome) => this with { Undo = outcome };

    /// <summary>What was done stays done for every attempt; a refusal stands until a newer attempt.</summary>
    private static bool IsAnswered(StepOutcome? before, int attempt) => before is not null && (before.Done || attempt <= before.Attempt);
}

public enum StepState
{
    Unknown,
    Done,
    Refused,
    Undone,
}
