using Library.Contracts;
using Library.Defaults.Refusals;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;
using Microsoft.AspNetCore.Http;

namespace Library.Sagas.Orchestrator.Operators;

/// <summary>Every "no" to an operator, each with what to do instead.</summary>
internal static class OperatorRefusals
{
    public static readonly Refusal StateUnclear = new("state-unclear", $"state is one of {string.Join(", ", Enum.GetNames<SagaState>().Select(name => name.ToLowerInvariant()))}.", StatusCodes.Status400BadRequest);

    public static Refusal WordUnclear(IReadOnlyList<Reason> reasons) => new(
        "verb-unclear", string.Join(' ', reasons.Select(reason => reason.Sentence)), StatusCodes.Status422UnprocessableEntity) { Reasons = reasons };

    /// <summary>Null when the verb fits how the saga stands.</summary>
    public static Refusal? Unfit(SagaHead head, string verb, OperatorWord word)
    {
        if (head.State.HasEnded())
        {
            return No("saga-ended", $"This saga is {Name(head.State)} since {head.EndedAt:u}. Nothing can be done to it any more; start a new one if that is wanted.");
        }

        if (head.Stop is not { } stop)
        {
            return No("saga-not-stopped", "This saga goes on by itself and needs nobody. Look at it again: if it comes to a stop, its record says what can be done.");
        }

        if (word.Occurrence != stop.Occurrence || word.Step != stop.Step)
        {
            return No("stop-is-another", $"The saga stands at stop {stop.Occurrence}, step {stop.Step} now, not at stop {word.Occurrence}, step {word.Step}. Look at it again and decide anew.");
        }

        if (head.Told >= stop.Occurrence)
        {
            return No("already-told", $"Somebody has already said what to do about stop {stop.Occurrence}. Look at the trail; if the saga stops again, it will be stop {stop.Occurrence + 1}.");
        }

        return stop.Verbs.Contains(verb) ? null : No("verb-unfit", $"{Why(head, stop, verb)} What fits now: {string.Join(", ", stop.Verbs)}.");
    }

    private static string Why(SagaHead head, Stop stop, string verb) => (verb, stop.Direction) switch
    {
        (Verb.Resume, Direction.Back) => "The undo was sent, so there is no way forward any more.",
        (Verb.Resume, _) => "This step has its answer by a call, so there is none to wait for.",
        (Verb.Skip, Direction.Back) => "A step is being undone; one that was undone by hand is marked with mark-compensated.",
        (Verb.Skip, _) => $"{stop.Participant} may still do step {stop.Step}; only a step that is stuck can be taken as done.",
        (Verb.Compensate, Direction.Back) => "It is being undone already.",
        (Verb.Compensate, _) => "The saga is past its pivot, or nobody knows whether the pivot was done, so it can only go forward.",
        (Verb.MarkCompensated, Direction.Forward) => "Nothing is being undone.",
        (Verb.MarkCompensated, _) => $"{stop.Participant} may still undo step {stop.Step}; only an undo that is stuck can be marked as done by hand.",
        _ => $"{verb} does not fit a saga that is {Name(head.State)}.",
    };

    private static Refusal No(string code, string sentence) => new(code, sentence, StatusCodes.Status409Conflict);

    private static string Name(SagaState state) => state.ToString().ToLowerInvariant();
}
