using Library.Sagas.Orchestrator.Machine;

namespace Library.Sagas.Testing;

/// <summary>How many runs there were, and how they ended.</summary>
public sealed record TrialReport(int Cases, IReadOnlyDictionary<SagaState, int> Ends);

/// <summary>One run: how it ended, what it broke if it broke something, and all that happened.</summary>
public sealed record TrialCase(SagaState State, string? Violation, IReadOnlyList<string> Story);

/// <summary>A run broke what holds. The message has the schedule and the story.</summary>
public sealed class SagaTrialException : Exception
{
    public SagaTrialException(Schedule schedule, string violation, IReadOnlyList<string> story)
        : base($"{violation}{Environment.NewLine}  Replay(\"{schedule}\"){Environment.NewLine}{string.Join(Environment.NewLine, story.Select(line => $"  {line}"))}") =>
        (Schedule, Violation) = (schedule, violation);

    public SagaTrialException()
        : this("")
    {
    }

    public SagaTrialException(string message)
        : base(message) => (Schedule, Violation) = (Schedule.Quiet, message);

    public SagaTrialException(string message, Exception innerException)
        : base(message, innerException) => (Schedule, Violation) = (Schedule.Quiet, message);

    public Schedule Schedule { get; }

    public string Violation { get; }
}
