using System.Text.Json;
using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;

namespace Library.Sagas.Orchestrator.Records;

/// <summary>A saga as people see it: how it stands, why, what each step did when, and every line of its trail.</summary>
public sealed record SagaRecord(
    string Id, string Type, SagaState State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, IReadOnlyList<Reason> Reasons, Stop? Stop, IReadOnlyList<SagaStep> Steps, IReadOnlyList<TrailLine> Trail)
{
    /// <summary>What a step has answered, or an operator in its place.</summary>
    public StepOutput? Output(string step) => Steps.FirstOrDefault(one => one.Name == step)?.Output;
}

/// <summary>One step: "waiting" until it is asked, then "asked", "done", "refused" or "unclear", then perhaps "undone".</summary>
public sealed record SagaStep(
    string Name, string Participant, string State, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, int Attempts, StepOutput? Output, IReadOnlyList<Reason> Reasons);

/// <summary>One line of the trail. Requests are shown with everything masked that could be a secret or a person.</summary>
public sealed record TrailLine(
    DateTimeOffset At, string What, string? Step = null, Direction? Direction = null, int? Attempt = null, IReadOnlyList<Reason>? Reasons = null, StepOutput? Output = null,
    JsonElement? Request = null, int? Occurrence = null, string? By = null, string? Why = null)
{
    internal static TrailLine Of(Note note) => new(note.At, note.What, note.Step, note.Direction, note.Attempt, note.Reasons, note.Output);
}
