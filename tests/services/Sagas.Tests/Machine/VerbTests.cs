using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;

namespace Sagas.Tests.Machine;

public sealed class VerbTests
{
    public static TheoryData<string, string[]> Stops => new()
    {
        { "waiting", [Verb.Retry, Verb.Resume, Verb.Compensate] },
        { "waiting for the pivot", [Verb.Retry, Verb.Resume] },
        { "waiting behind the pivot", [Verb.Retry, Verb.Resume] },
        { "waiting for an undo", [Verb.Retry] },
        { "waiting for a call", [Verb.Retry, Verb.Compensate] },
        { "stuck before the pivot", [Verb.Retry, Verb.Skip, Verb.Resume, Verb.Compensate] },
        { "stuck at the pivot", [Verb.Retry, Verb.Skip, Verb.Resume] },
        { "stuck behind the pivot", [Verb.Retry, Verb.Skip, Verb.Resume] },
        { "stuck in an undo", [Verb.Retry, Verb.MarkCompensated] },
    };

    [Theory]
    [MemberData(nameof(Stops))]
    public void Each_stop_says_which_verbs_fit_it(string stop, string[] verbs) => Assert.Equal(verbs, At(stop).Stop!.Verbs);

    [Theory]
    [MemberData(nameof(Stops))]
    public void A_verb_that_does_not_fit_changes_nothing_but_begins_the_stop_anew(string stop, string[] verbs)
    {
        foreach (var verb in Verb.All.Except(verbs))
        {
            var drive = At(stop);
            var (state, position) = (drive.Progress.State, drive.Progress.Position);
            drive.Say(verb);

            Assert.Equal((state, position, 2), (drive.Progress.State, drive.Progress.Position, drive.Stop!.Occurrence));
            Assert.Contains(Trail.Overtaken, drive.Trail());
        }
    }

    [Theory]
    [MemberData(nameof(Stops))]
    public void A_verb_for_an_earlier_occurrence_changes_nothing(string stop, string[] verbs)
    {
        foreach (var verb in verbs)
        {
            var drive = At(stop);
            var orders = drive.Orders.Count;
            drive.Say(verb, occurrence: drive.Progress.Occurrence - 1);

            Assert.Equal((orders, 1), (drive.Orders.Count, drive.Stop!.Occurrence));
        }
    }

    [Fact]
    public void Retry_sends_a_new_attempt_of_the_step() => Assert.Equal(["mark Running", "do d 2"], At("stuck behind the pivot").Say(Verb.Retry).Orders.TakeLast(2));

    [Fact]
    public void Retry_sends_a_new_attempt_of_an_undo() => Assert.Equal(["mark Compensating", "undo b 2"], At("stuck in an undo").Say(Verb.Retry).Orders.TakeLast(2));

    [Fact]
    public void Retry_starts_the_steps_retries_anew()
    {
        var drive = Drive.Four(retries: new Retries { Attempts = 2, First = TimeSpan.FromSeconds(1) }).Done(3).Refused().Pass(TimeSpan.FromSeconds(1)).Refused();
        Assert.Equal(SagaState.Stuck, drive.Progress.State);

        drive.Say(Verb.Retry).Refused().Pass(TimeSpan.FromSeconds(1));

        Assert.Equal("do d 4", drive.Orders[^1]);
    }

    [Fact]
    public void A_stop_after_a_verb_is_another_occurrence()
    {
        var drive = At("stuck behind the pivot").Say(Verb.Retry).Refused();

        Assert.Equal(2, drive.Stop!.Occurrence);
        Assert.Equal("do d 3", drive.Say(Verb.Retry).Orders[^1]);
    }

    [Fact]
    public void Skip_takes_the_step_as_done_with_the_output_that_was_given()
    {
        var drive = At("stuck before the pivot").Say(Verb.Skip, output: new StepOutput("by-hand", 7));

        Assert.Equal(("mark Running", "do c 1", "by-hand"), (drive.Orders[^2], drive.Orders[^1], drive.Progress.Outputs["b"].Id));
    }

    [Fact]
    public void Skip_of_the_last_step_completes_the_saga() => Assert.Equal("end Completed", At("stuck behind the pivot").Say(Verb.Skip).Orders[^1]);

    [Fact]
    public void Skip_and_retry_give_a_saga_that_stood_past_its_deadline_new_time()
    {
        var skipped = Drive.Four(deadline: TimeSpan.FromSeconds(30)).Unclear().Pass(TimeSpan.FromDays(1)).Say(Verb.Skip);
        Assert.Equal(("do b 1", SagaState.Running), (skipped.Orders[^1], skipped.Progress.State));

        var retried = Drive.Four(deadline: TimeSpan.FromSeconds(30)).Unclear().Pass(TimeSpan.FromDays(1)).Say(Verb.Retry).Done();
        Assert.Equal(("do b 1", SagaState.Running), (retried.Orders[^1], retried.Progress.State));
    }

    [Fact]
    public void A_step_that_was_skipped_is_undone_like_any_other() =>
        Assert.Equal("undo b 1", At("stuck before the pivot").Say(Verb.Skip).Refused().Orders[^1]);

    [Fact]
    public void Resume_waits_on_for_the_answer_of_what_was_sent_and_sends_nothing()
    {
        var drive = At("stuck before the pivot");
        var sent = drive.Orders.Count(order => order.StartsWith("do", StringComparison.Ordinal));
        drive.Say(Verb.Resume);

        Assert.Equal((SagaState.Running, "mark Running"), (drive.Progress.State, drive.Orders[^1]));
        Assert.Equal(["do.b|b|1"], drive.Waiting!.Events);
        Assert.Equal(sent, drive.Orders.Count(order => order.StartsWith("do", StringComparison.Ordinal)));
        Assert.Equal("do c 1", drive.Done().Orders[^1]);
    }

    [Fact]
    public void Resume_gives_a_new_deadline()
    {
        var drive = Drive.Four(deadline: TimeSpan.FromSeconds(30)).Patience().Pass(TimeSpan.FromSeconds(15)).Say(Verb.Resume).Pass(TimeSpan.FromSeconds(10));

        Assert.Equal((SagaState.Waiting, drive.Now + TimeSpan.FromSeconds(20)), (drive.Progress.State, drive.Waiting!.Until));
    }

    [Fact]
    public void Compensate_undoes_the_step_that_may_have_happened_and_those_before_it_and_ends_aborted()
    {
        var drive = At("waiting").Say(Verb.Compensate);
        Assert.Equal(["mark Compensating", "undo b 1"], drive.Orders.TakeLast(2));

        Assert.Equal("end Aborted", drive.Done(2).Orders[^1]);
        Assert.Equal("ordered-back", Assert.Single(drive.Progress.Reasons).Code);
    }

    [Fact]
    public void Mark_compensated_goes_on_with_the_next_undo()
    {
        var drive = At("stuck in an undo").Say(Verb.MarkCompensated);

        Assert.Equal(["mark Compensating", "undo a 1"], drive.Orders.TakeLast(2));
        Assert.Equal("end Compensated", drive.Done().Orders[^1]);
    }

    [Fact]
    public void An_answer_that_comes_before_the_verb_leaves_nothing_to_say()
    {
        var drive = At("waiting").Done();
        var orders = drive.Orders.Count;

        Assert.Equal(orders, drive.Say(Verb.Compensate, occurrence: 1).Orders.Count);
    }

    private static Drive At(string stop) => stop switch
    {
        "waiting" => Drive.Four().Done().Patience(),
        "waiting for the pivot" => Drive.Four().Done(2).Patience(),
        "waiting behind the pivot" => Drive.Four().Done(3).Patience(),
        "waiting for an undo" => Drive.Four().Done(2).Refused().Patience(),
        "waiting for a call" => Drive.Calls().Done().Unreachable(),
        "stuck before the pivot" => Drive.Four().Done().Unclear(),
        "stuck at the pivot" => Drive.Four().Done(2).Unclear(),
        "stuck behind the pivot" => Drive.Four().Done(3).Refused(),
        "stuck in an undo" => Drive.Four().Done(2).Refused().Refused(),
        _ => throw new ArgumentOutOfRangeException(nameof(stop), stop, null),
    };
}
