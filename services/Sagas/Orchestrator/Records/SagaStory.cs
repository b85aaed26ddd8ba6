using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;

namespace Library.Sagas.Orchestrator.Records;

/// <summary>Folds the documents of a saga into what people see.</summary>
internal static class SagaStory
{
    public static SagaRecord Of(SagaHead head, IReadOnlyList<SagaEntry> entries, IReadOnlyList<SagaVerb> verbs, IReadOnlyList<PlannedStep> plan)
    {
        var lines = entries.SelectMany(entry => entry.Lines).ToList();
        var state = head.State == SagaState.Pending && entries.Count > 0 ? SagaState.Running : head.State;
        var trail = lines.Concat(verbs.Select(verb => verb.Line)).Concat(head.Late).OrderBy(line => line.At).ToList();
        return new SagaRecord(head.Id, head.Saga, state, head.StartedAt, head.EndedAt, head.Reasons, head.Stop, [.. plan.Select(step => Step(step, lines))], trail);
    }

    private static SagaStep Step(PlannedStep step, IReadOnlyList<TrailLine> trail)
    {
        var lines = trail.Where(line => line.Step == step.Name).ToList();
        var (forward, back) = (lines.Where(line => line.Direction == Direction.Forward).ToList(), lines.Where(line => line.Direction == Direction.Back).ToList());
        var asked = forward.Where(line => line.What == Trail.Asked).ToList();
        var answer = forward.LastOrDefault(IsAnswer);
        var undone = back.LastOrDefault(line => line.What is Trail.Done or Verb.MarkCompensated);
        var state = undone is not null ? "undone"
            : back.Count > 0 ? "undoing"
            : answer is null ? asked.Count == 0 ? "waiting" : "asked"
            : answer.What switch { Trail.Refused => "refused", Trail.NotUnderstood => "unclear", Trail.GivenUp => "unclear", _ => "done" };
        return new SagaStep(
            step.Name, step.Participant, state, asked.FirstOrDefault()?.At, (undone ?? answer)?.At, asked.Select(line => line.Attempt).Distinct().Count(),
            answer?.What is Trail.Done or Verb.Skip ? answer.Output : null, (back.LastOrDefault(line => line.What == Trail.Refused) ?? answer)?.Reasons ?? []);
    }

    private static bool IsAnswer(TrailLine line) => line.What is Trail.Done or Trail.Refused or Trail.NotUnderstood or Trail.GivenUp or Verb.Skip;
}
