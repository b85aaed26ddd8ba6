using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Participant;

namespace Library.Sagas.Testing;

/// <summary>The participant of one step, with the rules of production and a fault in each direction.</summary>
internal sealed class TrialStep<TWorld>(int position, PlannedStep plan, IReadOnlyDictionary<Direction, FaultKind> faults)
    where TWorld : class
{
    private static readonly Reason No = new("trial-no", "The trial says no.");
    private readonly HashSet<Direction> _refused = [];
    private readonly HashSet<Direction> _struck = [];
    private bool _isMended;

    public int Position => position;

    public PlannedStep Plan => plan;

    public StepRecord Record { get; private set; } = StepRecord.Nothing;

    /// <summary>How often its action and its undo have changed the world.</summary>
    public Dictionary<Direction, int> Effects { get; } = new() { [Direction.Forward] = 0, [Direction.Back] = 0 };

    /// <summary>Directions in which the last answer was no.</summary>
    public HashSet<Direction> SaidNo { get; } = [];

    /// <summary>Until when nobody is there.</summary>
    public DateTimeOffset DownUntil { get; set; }

    private FaultKind? Fault(Direction direction) => faults.TryGetValue(direction, out var kind) ? kind : null;

    /// <summary>The fault, for the first message in that direction only.</summary>
    public FaultKind? Strikes(Direction direction) => Fault(direction) is { } kind && _struck.Add(direction) ? kind : null;

    /// <summary>From now on it refuses nothing any more.</summary>
    public void Mend() => _isMended = true;

    /// <summary>Handles an attempt as a participant does, in one step that happens or does not.</summary>
    public (StepOutcome Outcome, bool HadEffect) Handle(Direction direction, int attempt, Func<TWorld, StepOutput?> effect, TWorld world)
    {
        var verdict = direction == Direction.Back ? Record.OnUndo(attempt) : Record.OnAction(attempt);
        var outcome = verdict.Outcome ?? Try(direction, attempt, effect, world);
        if (verdict.IsNoted)
        {
            Record = direction == Direction.Back ? Record.AfterUndo(outcome) : Record.AfterAction(outcome);
        }

        _ = outcome.Done ? SaidNo.Remove(direction) : SaidNo.Add(direction);
        return (outcome, verdict.IsTried && outcome.Done);
    }

    private StepOutcome Try(Direction direction, int attempt, Func<TWorld, StepOutput?> effect, TWorld world)
    {
        if (!_isMended && (Fault(direction) == FaultKind.AlwaysRefused || (Fault(direction) == FaultKind.Refused && _refused.Add(direction))))
        {
            return StepOutcome.OfRefusal(attempt, [No]);
        }

        Effects[direction]++;
        var output = effect(world) ?? StepOutput.None;
        return StepOutcome.OfSuccess(attempt, output.Id, output.Version);
    }
}
