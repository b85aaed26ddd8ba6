using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;

namespace Library.Sagas.Orchestrator.Machine;

/// <summary>
/// Decides everything and does nothing: progress and what happened in, progress and what to do next out. The workflow carries it out for real, the testing
/// kit in memory.
/// </summary>
public sealed partial class SagaMachine(SagaPlan plan)
{
    private const int MostAwaited = 5;

    public SagaPlan Plan { get; } = plan;

    public Progress Begin(DateTimeOffset now) => Progress.Begin(Plan, now);

    /// <summary>What to do now.</summary>
    public Order Next(Progress progress)
    {
        if (progress.Phase is Phase.Over)
        {
            return new Order.Nothing();
        }

        if (progress.Phase is Phase.Ending)
        {
            return new Order.End(progress.Number, progress.State, progress.Reasons, progress.Notes);
        }

        if (IsToBeShown(progress))
        {
            return new Order.Mark(progress.Number, progress.State, progress.Stop, progress.Notes);
        }

        return progress.Phase == Phase.Asking ? Ask(progress) : new Order.Wait(Awaited(progress), Until(progress));
    }

    /// <summary>How far it is after that.</summary>
    public Progress When(Progress progress, Happening happening, DateTimeOffset now)
    {
        var at = progress with { At = now };
        return happening switch
        {
            Happening.Carried => Carried(at),
            Happening.Called called => Answered(at with { Number = at.Number + 1, Notes = [] }, called.Result),
            Happening.Unreachable unreachable => Unreachable(at, unreachable),
            Happening.Replied replied => Replied(at, replied.Reply),
            Happening.TimePassed => TimePassed(at),
            Happening.Told told => Told(at, told.Verb),
            Happening.Superseded superseded => at with { State = superseded.State, Phase = Phase.Over },
            _ => throw new ArgumentOutOfRangeException(nameof(happening), happening, "A saga does not know this happening."),
        };
    }

    internal PlannedStep StepOf(Progress progress) => Plan.Steps[progress.Position];

    private static Progress Ended(Progress progress, SagaState state) =>
        (progress with { State = state, Phase = Phase.Ending, Stop = null }).Noted(Trail.Ended);

    private Order Ask(Progress progress)
    {
        var step = StepOf(progress);
        return step.IsInvoked
            ? new Order.Call(progress.Number, progress.Position, progress.Direction, progress.Attempt, Asked(progress, step))
            : new Order.Send(progress.Number, progress.Position, progress.Direction, progress.Attempt, Asked(progress, step));
    }

    private static IReadOnlyList<Note> Asked(Progress progress, PlannedStep step) => progress.Noted(Trail.Asked, step: step.Name, attempt: progress.Attempt).Notes;

    /// <summary>An older attempt may still be answered "done"; replies of attempts that are over find nobody waiting.</summary>
    private List<string> Awaited(Progress progress)
    {
        var events = new List<string>();
        var step = StepOf(progress);
        if (progress.Phase == Phase.Awaiting && (progress.Direction == Direction.Forward ? step.DoTopic : step.UndoTopic) is { } topic)
        {
            for (var attempt = progress.Attempt; attempt >= progress.Unanswered && attempt > progress.Attempt - MostAwaited; attempt--)
            {
                events.Add(EventNames.Reply(topic, step.Name, attempt));
            }
        }

        if (progress.Stop is { } stop)
        {
            events.Add(EventNames.Verb(stop.Occurrence));
        }

        return events;
    }

    private DateTimeOffset? Until(Progress progress)
    {
        DateTimeOffset? patience = progress is { Phase: Phase.Awaiting, State: not SagaState.Waiting } ? progress.AskedAt + StepOf(progress).Patience : null;
        return new[] { progress.Phase == Phase.Pausing ? progress.Until : null, patience, GivenUpAt(progress) }.Min();
    }

    /// <summary>Only what can still be undone is given up. A pivot that was sent may have decided; before it is sent, time may be up.</summary>
    private DateTimeOffset? GivenUpAt(Progress progress) =>
        progress is { Direction: Direction.Forward, Phase: not Phase.Stuck } && IsReversible(progress) ? new[] { progress.StepDeadline, progress.Deadline }.Min() : null;

    private bool IsReversible(Progress progress) =>
        progress.Position < Plan.Pivot || (progress.Position == Plan.Pivot && progress.Position < Plan.Steps.Count && StepOf(progress).Kind == StepKind.Pivot && !progress.IsUnsure);

    /// <summary>That a saga runs is shown by its trail; for all else the record is written.</summary>
    private static bool IsToBeShown(Progress progress) =>
        (progress.State != progress.Shown && (progress.State, progress.Shown) != (SagaState.Running, SagaState.Pending)) ||
        (progress.Stop is not null && progress.Occurrence != progress.ShownOccurrence);

    private static Progress Carried(Progress progress)
    {
        var written = progress with { Number = progress.Number + 1, Notes = [] };
        if (progress.Phase == Phase.Ending)
        {
            return written with { Phase = Phase.Over };
        }

        return IsToBeShown(progress)
            ? written with { Shown = progress.State, ShownOccurrence = progress.Occurrence }
            : written with { Phase = Phase.Awaiting, AskedAt = progress.At, IsUnsure = true };
    }

    private Progress TimePassed(Progress progress)
    {
        if (progress.Phase is not (Phase.Awaiting or Phase.Pausing) || Until(progress) is not { } until || progress.At < until)
        {
            return progress;
        }

        if (GivenUpAt(progress) <= progress.At)
        {
            return GiveUp(progress);
        }

        if (progress.Phase == Phase.Awaiting)
        {
            return Stopped(progress, SagaState.Waiting, []).Noted(Trail.Waiting, step: StepOf(progress).Name, attempt: progress.Attempt);
        }

        return progress with { Phase = Phase.Asking, Until = null };
    }

    private Progress GiveUp(Progress progress)
    {
        var step = StepOf(progress);
        var reason = new Reason("deadline", $"The step {step.Name} was not done in time by {step.Participant}.");
        return Back(progress.Noted(Trail.GivenUp, [reason], step: step.Name, attempt: progress.Attempt), [reason], isOrdered: false);
    }

    /// <summary>Stops, or goes on standing where it stands.</summary>
    private Progress Stopped(Progress progress, SagaState state, IReadOnlyList<Reason> reasons)
    {
        var step = StepOf(progress);
        var stopped = progress with { State = state, Occurrence = progress.Occurrence + 1, Phase = state == SagaState.Stuck ? Phase.Stuck : progress.Phase };
        return stopped with { Stop = new Stop(stopped.Occurrence, step.Name, progress.Direction, step.Participant, progress.At, reasons, Fitting(stopped)) };
    }

    /// <summary>Undoes what may have happened, the last first.</summary>
    private Progress Back(Progress progress, IReadOnlyList<Reason> reasons, bool isOrdered)
    {
        var undo = Enumerable.Range(0, progress.Position).Reverse().ToList();
        if (progress.IsUnsure && StepOf(progress).HasUndo)
        {
            undo.Insert(0, progress.Position);
        }

        return Undoing(progress with { Direction = Direction.Back, State = SagaState.Compensating, Stop = null, Reasons = reasons, IsOrderedBack = isOrdered, Undo = undo });
    }

    private static Progress Undoing(Progress progress) => progress.Undo is [var next, ..]
        ? At(progress, next) with { StepDeadline = null, Deadline = null }
        : Ended(progress, progress.IsOrderedBack ? SagaState.Aborted : SagaState.Compensated);

    private static Progress At(Progress progress, int position) => progress with
    {
        Position = position,
        Phase = Phase.Asking,
        Attempt = 1,
        Unanswered = 1,
        Tries = 1,
        IsUnsure = false,
        Until = null,
        Stop = null,
        State = progress.Direction == Direction.Forward ? SagaState.Running : SagaState.Compensating,
    };
}
