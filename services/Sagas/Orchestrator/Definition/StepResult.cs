using Library.Contracts;

namespace Library.Sagas.Orchestrator.Definition;

/// <summary>What a participant has answered: done, or refused for all these reasons.</summary>
public sealed record StepResult(bool IsDone, StepOutput Output, IReadOnlyList<Reason> Reasons)
{
    public static StepResult Done(string? id = null, long? version = null) => new(true, new StepOutput(id, version), []);

    public static StepResult Refused(params IReadOnlyList<Reason> reasons) => new(false, StepOutput.None, reasons);
}
