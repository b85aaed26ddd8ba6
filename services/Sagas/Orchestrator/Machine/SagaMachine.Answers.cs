using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;

namespace Library.Sagas.Orchestrator.Machine;

/// <summary>What answers of participants mean.</summary>
public sealed partial class SagaMachine
{
    private static readonly Reason NotUnderstood = new("answer-not-understood", "The participant answered neither done nor refused with a reason.");

    private static bool IsUnderstood(StepResult result) => result.IsDone || result.Reasons.Count > 0;

    private Progress Replied(Progress progress, Reply reply)
    {
        var step = StepOf(progress);
        var topic = progress.Direction == Direction.Forward ? step.DoTopic : step.UndoTopic;
        if (progress.Phase != Phase.Awaiting || reply.Command != topic || reply.Step != step.Name || reply.Attempt < progress.Unanswered || reply.Attempt > progress.Attempt)
        {
            return progress;
        }

        // What an older attempt could not do, the newer one may have done.
        var result = new StepResult(reply.Done, new StepOutput(reply.Id, reply.Version), reply.Reasons ?? []);
        return result.IsDone || reply.Attempt == progress.Attempt ? Answered(progress, result)
            : progress.Noted(Trail.Refused, result.Reasons, step: step.Name, attempt: reply.Attempt) with { Unanswered = reply.Attempt == progress.Unanswered ? reply.Attempt + 1 : progress.Unanswered };
    }

    private Progress Answered(Progress progress, StepResult result)
    {
        var step = StepOf(progress);
        if (!IsUnderstood(result))
        {
            var unclear = progress.Noted(Trail.NotUnderstood, [NotUnderstood], step: step.Name, attempt: progress.Attempt) with { IsUnsure = true };
            return Stuck(unclear, [NotUnderstood]);
        }

        return result.IsDone
            ? Done(progress.Noted(Trail.Done, output: result.Output, step: step.Name, attempt: progress.Attempt), result.Output)
            : Refused(progress.Noted(Trail.Refused, result.Reasons, step: step.Name, attempt: progress.Attempt), result.Reasons);
    }

    private Progress Done(Progress progress, StepOutput output)
    {
        if (progress.Direction == Direction.Back)
        {
            return Undoing(progress with { Undo = [.. progress.Undo.Skip(1)] });
        }

        var next = progress.Position + 1;
        var done = progress with { Outputs = new Dictionary<string, StepOutput>(progress.Outputs) { [StepOf(progress).Name] = output } };
        if (next == Plan.Steps.Count)
        {
            return Ended(done, SagaState.Completed);
        }

        var moved = At(done, next) with { StepDeadline = progress.At + Plan.Steps[next].Deadline };
        return GivenUpAt(moved) <= progress.At ? GiveUp(moved) : moved;
    }

    private Progress Refused(Progress progress, IReadOnlyList<Reason> reasons)
    {
        var step = StepOf(progress);
        var isForward = progress.Direction == Direction.Forward;
        var known = progress.Unanswered == progress.Attempt ? progress with { Unanswered = progress.Attempt + 1, IsUnsure = false } : progress;
        var retries = isForward ? step.Retries : step.UndoRetries;
        if (retries.IsWorthIt(reasons, progress.Tries))
        {
            return Running(known with { Phase = Phase.Pausing, Until = progress.At + retries.Pause(progress.Tries), Attempt = progress.Attempt + 1, Tries = progress.Tries + 1 });
        }

        return isForward && step.Kind != StepKind.Retriable ? Back(known, reasons, isOrdered: false) : Stuck(known, reasons);
    }

    private Progress Unreachable(Progress progress, Happening.Unreachable unreachable)
    {
        var paused = progress with { Phase = Phase.Pausing, Until = progress.At + unreachable.Pause, IsUnsure = progress.IsUnsure || unreachable.WasTried };
        if (progress is { State: SagaState.Waiting, Stop: { } stop })
        {
            return Fitting(paused).SequenceEqual(stop.Verbs) ? paused : Stopped(paused with { Number = progress.Number + 1, Notes = [] }, SagaState.Waiting, stop.Reasons);
        }

        var step = StepOf(progress);
        return Stopped(paused with { Number = progress.Number + 1, Notes = [] }, SagaState.Waiting, []).Noted(Trail.Unreachable, step: step.Name, attempt: progress.Attempt);
    }

    private Progress Stuck(Progress progress, IReadOnlyList<Reason> reasons) =>
        Stopped(progress, SagaState.Stuck, reasons).Noted(Trail.Stuck, reasons, step: StepOf(progress).Name, attempt: progress.Attempt);

    private static Progress Running(Progress progress) =>
        progress with { State = progress.Direction == Direction.Forward ? SagaState.Running : SagaState.Compensating, Stop = null };
}
