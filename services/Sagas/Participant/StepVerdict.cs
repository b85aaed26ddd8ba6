namespace Library.Sagas.Participant;

/// <summary>What to do with a command: try it, only write the outcome down, or answer what is known.</summary>
public sealed record StepVerdict(bool IsTried, bool IsNoted, StepOutcome? Outcome)
{
    public static readonly StepVerdict Try = new(IsTried: true, IsNoted: true, null);

    public static StepVerdict Note(StepOutcome outcome) => new(IsTried: false, IsNoted: true, outcome);

    public static StepVerdict Answer(StepOutcome outcome) => new(IsTried: false, IsNoted: false, outcome);
}
