using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Participant;

namespace Library.Sagas.Testing;

/// <summary>What must hold: of every saga, and of this one.</summary>
internal sealed class TrialRules<TWorld>
    where TWorld : class
{
    public List<(string Sentence, Func<TWorld, SagaState, bool> Holds)> Finally { get; } = [];

    public List<(string Sentence, Func<TWorld, bool> Holds)> Always { get; } = [];

    /// <summary>After an effect: what was done last is undone first, nothing happens twice.</summary>
    public string? BrokenBy(TrialStep<TWorld> step, Direction direction, IEnumerable<TrialStep<TWorld>> steps, TWorld world)
    {
        if (step.Effects[direction] > 1)
        {
            return $"The {(direction == Direction.Forward ? "action" : "undo")} of {step.Plan.Name} had an effect twice.";
        }

        if (direction == Direction.Back && steps.FirstOrDefault(later => later.Position > step.Position && later.Record.State == StepState.Done) is { } open)
        {
            return $"{step.Plan.Name} was undone before {open.Plan.Name}, which came after it.";
        }

        return Always.FirstOrDefault(rule => !rule.Holds(world)).Sentence is { } sentence ? $"It does not hold any more: {sentence}." : null;
    }

    /// <summary>After the end of the saga, when all late messages have come.</summary>
    public string? BrokenAtTheEnd(SagaState state, IReadOnlyList<TrialStep<TWorld>> steps, TWorld world)
    {
        if (!state.HasEnded())
        {
            return $"Nothing is left to do, and the saga is {state}.";
        }

        if (state == SagaState.Completed && steps.FirstOrDefault(step => step.Record.State != StepState.Done) is { } missing)
        {
            return $"The saga is completed, and {missing.Plan.Name} is {missing.Record.State}.";
        }

        if (state != SagaState.Completed && steps.FirstOrDefault(step => step.Record.State == StepState.Done) is { } left)
        {
            return $"The saga is {state}, and {left.Plan.Name} is done: nobody will undo it.";
        }

        return Finally.FirstOrDefault(rule => !rule.Holds(world, state)).Sentence is { } sentence ? $"It does not hold at the end ({state}): {sentence}." : null;
    }
}
