namespace Library.Sagas.Orchestrator.Definition;

/// <summary>A saga as its machine sees it: names, kinds and times, nothing that runs.</summary>
public sealed record SagaPlan(string Name, TimeSpan? Deadline, IReadOnlyList<PlannedStep> Steps)
{
    /// <summary>Where the pivot stands; behind the last step when there is none.</summary>
    public int Pivot { get; } = Steps.TakeWhile(step => step.Kind == StepKind.Compensatable).Count();
}

/// <summary>A step of the plan. Topics are those of its commands; an invoked step has none.</summary>
public sealed record PlannedStep(
    string Name, StepKind Kind, string Participant, bool IsInvoked, bool HasUndo, Retries Retries, Retries UndoRetries, TimeSpan Patience, TimeSpan? Deadline, string? DoTopic, string? UndoTopic);
