using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;

namespace Library.Sagas.Orchestrator.Machine;

/// <summary>What operators may say of a stop, and what it does.</summary>
public sealed partial class SagaMachine
{
    private static readonly Reason Ordered = new("ordered-back", "An operator had it undone.");

    private IReadOnlyList<string> Fitting(Progress progress) => [.. Verb.All.Where(verb => Fits(progress, verb))];

    private bool Fits(Progress progress, string verb)
    {
        var isForward = progress.Direction == Direction.Forward;
        return verb switch
        {
            Verb.Retry => true,
            Verb.Resume => isForward && !StepOf(progress).IsInvoked,
            Verb.Skip => isForward && progress.State == SagaState.Stuck,
            Verb.Compensate => isForward && IsReversible(progress),
            Verb.MarkCompensated => !isForward && progress.State == SagaState.Stuck,
            _ => false,
        };
    }

    /// <summary>What does not fit was refused before it was written; if it ceased to fit since, the stop begins anew so that another verb can be said.</summary>
    private Progress Told(Progress progress, Verb verb)
    {
        if (progress.Stop is not { } stop || verb.Occurrence != stop.Occurrence)
        {
            return progress;
        }

        var step = StepOf(progress);
        if (!Fits(progress, verb.Name))
        {
            return Stopped(progress.Noted(Trail.Overtaken, step: step.Name, attempt: progress.Attempt), progress.State, stop.Reasons);
        }

        var told = progress.Noted(verb.Name, output: verb.Output, step: step.Name, attempt: progress.Attempt);
        return verb.Name switch
        {
            Verb.Retry => Again(told, step),
            Verb.Resume => InTime(Running(told) with { Phase = Phase.Awaiting, AskedAt = told.At }, step),
            Verb.Compensate => Back(told, [Ordered], isOrdered: true),
            _ => Done(InTime(told, step), verb.Output ?? StepOutput.None),
        };
    }

    /// <summary>A call that nobody answered is repeated as it was; a command that was sent has a new attempt.</summary>
    private Progress Again(Progress progress, PlannedStep step)
    {
        var isRepeated = step.IsInvoked && progress.State == SagaState.Waiting;
        return InTime(Running(progress) with { Phase = Phase.Asking, Until = null, Tries = 1, Attempt = isRepeated ? progress.Attempt : progress.Attempt + 1 }, step);
    }

    private Progress InTime(Progress progress, PlannedStep step) => progress.Direction == Direction.Forward
        ? progress with { StepDeadline = progress.At + step.Deadline, Deadline = progress.At + Plan.Deadline }
        : progress;
}
