using Library.Contracts;
using Library.Sagas.Participant;

namespace Sagas.Tests.Participant;

/// <summary>Every sequence of commands of one step, up to a length, against what a participant must never do.</summary>
public sealed class StepRecordTests
{
    private const int Longest = 6;
    private static readonly int[] Attempts = [1, 2, 3];
    private static readonly Reason No = new("no", "No.");

    [Fact]
    public void In_every_sequence_an_effect_happens_once_and_an_undo_leaves_nothing()
    {
        var sequences = Walk(new Participant(), []);

        Assert.True(sequences > 100_000, $"{sequences} sequences");
    }

    [Fact]
    public void An_undo_that_comes_first_is_noted_and_bars_every_attempt()
    {
        var noted = StepRecord.Nothing.OnUndo(1);
        var record = StepRecord.Nothing.AfterUndo(noted.Outcome!);

        Assert.Equal((false, true, true), (noted.IsTried, noted.IsNoted, noted.Outcome!.Done));
        Assert.Equal(StepState.Undone, record.State);
        Assert.All(Attempts, attempt => Assert.Equal("step-undone", record.OnAction(attempt).Outcome!.Reasons!.Single().Code));
    }

    [Fact]
    public void A_refusal_stands_until_a_newer_attempt()
    {
        var record = StepRecord.Nothing.AfterAction(StepOutcome.OfRefusal(2, [No]));

        Assert.Equal([true, true, false], Attempts.Select(attempt => record.OnAction(attempt).Outcome is { Done: false }));
        Assert.True(record.OnAction(3).IsTried);
    }

    [Fact]
    public void A_refused_undo_leaves_the_step_done_and_a_newer_attempt_is_tried()
    {
        var record = StepRecord.Nothing.AfterAction(StepOutcome.OfSuccess(1, "a", 1)).AfterUndo(StepOutcome.OfRefusal(1, [No]));

        Assert.Equal(StepState.Done, record.State);
        Assert.False(record.OnUndo(1).Outcome!.Done);
        Assert.True(record.OnUndo(2).IsTried);
        Assert.Equal("a", record.OnAction(3).Outcome!.Id);
    }

    [Fact]
    public void The_reply_is_for_the_attempt_that_asked()
    {
        var outcome = StepOutcome.OfSuccess(1, "a", 7);

        Assert.Equal(new Reply("t", "s", "step", 3, Done: true, "a", 7), outcome.AsReply("t", "s", "step", 3));
    }

    private static int Walk(Participant before, List<string> way)
    {
        if (way.Count == Longest)
        {
            return 1;
        }

        var sequences = 0;
        foreach (var isUndo in new[] { false, true })
        {
            foreach (var attempt in Attempts)
            {
                foreach (var succeeds in before.WouldTry(isUndo, attempt) ? new[] { true, false } : [true])
                {
                    way.Add($"{(isUndo ? "undo" : "action")} {attempt}{(succeeds ? "" : " refused")}");
                    sequences += Walk(before.Take(isUndo, attempt, succeeds, way), way);
                    way.RemoveAt(way.Count - 1);
                }
            }
        }

        return sequences;
    }

    /// <summary>A participant with an effect that can be seen: what it did, how often, and what it has said to each attempt.</summary>
    private sealed record Participant
    {
        private StepRecord Record { get; init; } = StepRecord.Nothing;

        private int Done { get; init; }

        private int Undone { get; init; }

        private bool WasUndone { get; init; }

        private int NewestRefused { get; init; }

        private int NewestUndoRefused { get; init; }

        public bool WouldTry(bool isUndo, int attempt) => Verdict(isUndo, attempt).IsTried;

        public Participant Take(bool isUndo, int attempt, bool succeeds, List<string> way)
        {
            var verdict = Verdict(isUndo, attempt);
            var outcome = verdict.Outcome ?? (succeeds ? StepOutcome.OfSuccess(attempt, "id", Done + Undone + 1) : StepOutcome.OfRefusal(attempt, [No]));
            var next = (verdict.IsTried, isUndo, succeeds) switch
            {
                (true, false, true) => this with { Done = Done + 1 },
                (true, false, false) => this with { NewestRefused = attempt },
                (true, true, true) => this with { Undone = Undone + 1, WasUndone = true },
                (true, true, false) => this with { NewestUndoRefused = attempt },
                (false, true, _) => this with { WasUndone = WasUndone || outcome.Done },
                _ => this,
            };
            next = !verdict.IsNoted ? next : next with { Record = isUndo ? Record.AfterUndo(outcome) : Record.AfterAction(outcome) };
            Check(next, isUndo, attempt, verdict, outcome, way);
            return next;
        }

        private void Check(Participant next, bool isUndo, int attempt, StepVerdict verdict, StepOutcome outcome, List<string> way)
        {
            void Must(bool isSo, string what) => Assert.True(isSo, $"{what}: {string.Join(", ", way)}");

            Must(next.Done <= 1 && next.Undone <= next.Done, "one effect, and one undo of it");
            Must(!next.WasUndone || next.Done == next.Undone, "after the undo nothing is left");
            Must(!verdict.IsTried || isUndo || (!WasUndone && Done == 0 && attempt > NewestRefused), "an action is tried when it is new");
            Must(!verdict.IsTried || !isUndo || (Done == 1 && !WasUndone && attempt > NewestUndoRefused), "an undo is tried when there is something to undo");
            Must(isUndo || outcome.Done == (next is { Done: 1, WasUndone: false }), "an action is said to be done when it is");
            Must(!isUndo || outcome.Done == next.WasUndone, "an undo is said to be done when it is");
            Must(next.Record.State == (next.WasUndone ? StepState.Undone : next.Done == 1 ? StepState.Done : next.NewestRefused > 0 ? StepState.Refused : StepState.Unknown), "the state is what happened");
            Must(next.Verdict(isUndo, attempt) is { IsTried: false, IsNoted: false, Outcome: { } again } && again.Done == outcome.Done && again.Version == outcome.Version, "a duplicate is answered alike");
        }

        private StepVerdict Verdict(bool isUndo, int attempt) => isUndo ? Record.OnUndo(attempt) : Record.OnAction(attempt);
    }
}
