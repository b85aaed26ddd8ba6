using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;

namespace Library.Sagas.Orchestrator.Machine;

/// <summary>Something that a saga must take note of.</summary>
public abstract record Happening
{
    private Happening()
    {
    }

    /// <summary>The order was carried out and has no answer of its own.</summary>
    public sealed record Carried : Happening;

    /// <summary>A participant that was called has answered.</summary>
    public sealed record Called(StepResult Result) : Happening;

    /// <summary>A participant could not be called, or did not answer. Where it was not even tried, nothing can have happened.</summary>
    public sealed record Unreachable(bool WasTried, TimeSpan Pause) : Happening;

    /// <summary>A reply has come for an attempt at the step that is awaited.</summary>
    public sealed record Replied(Reply Reply) : Happening;

    public sealed record TimePassed : Happening;

    /// <summary>An operator has spoken, and the record has it.</summary>
    public sealed record Told(Verb Verb) : Happening;

    /// <summary>The record belongs to another run, or has ended already.</summary>
    public sealed record Superseded(SagaState State) : Happening;
}

/// <summary>What an operator has said of a stop. Who and why stands in the record.</summary>
public sealed record Verb(string Name, int Occurrence, StepOutput? Output = null)
{
    public const string Retry = "retry";

    public const string Skip = "skip";

    public const string Resume = "resume";

    public const string Compensate = "compensate";

    public const string MarkCompensated = "mark-compensated";

    public static IReadOnlyList<string> All { get; } = [Retry, Skip, Resume, Compensate, MarkCompensated];
}
