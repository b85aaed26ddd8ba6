using System.Text.Json;
using Library.Contracts;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;

namespace Sagas.Tests.Machine;

public sealed class MachineTests
{
    [Fact]
    public void Steps_that_are_done_follow_each_other_until_the_saga_is_completed()
    {
        var drive = Drive.Four().Done(4);

        Assert.Equal(["do a 1", "do b 1", "do c 1", "do d 1", "end Completed"], drive.Orders);
        Assert.Equal(["asked", "done", "asked", "done", "asked", "done", "asked", "done", "ended"], drive.Trail());
        Assert.IsType<Order.Nothing>(drive.Machine.Next(drive.Progress));
    }

    [Fact]
    public void What_a_step_answers_is_kept_for_those_behind_it()
    {
        var drive = Drive.Four().Done(id: "made-a");

        Assert.Equal("made-a", drive.Progress.Outputs["a"].Id);
    }

    [Theory]
    [InlineData(0, new string[0])]
    [InlineData(1, new[] { "undo a 1" })]
    [InlineData(2, new[] { "undo b 1", "undo a 1" })]
    public void A_refusal_up_to_the_pivot_undoes_what_was_done_in_reverse(int done, string[] undone)
    {
        var drive = Drive.Four().Done(done).Refused("full").Done(done);

        Assert.Equal(undone, drive.Orders.Where(order => order.StartsWith("undo", StringComparison.Ordinal)));
        Assert.Equal("end Compensated", drive.Orders[^1]);
        Assert.Equal("full", Assert.Single(drive.Progress.Reasons).Code);
    }

    [Fact]
    public void A_refusal_behind_the_pivot_is_where_no_cannot_be_so_the_saga_is_stuck_and_nothing_is_undone()
    {
        var drive = Drive.Four().Done(3).Refused("no");

        Assert.Equal(("mark Stuck", SagaState.Stuck), (drive.Orders[^1], drive.Progress.State));
        Assert.Equal(("d", Direction.Forward, 1, "app-d", "no"), (drive.Stop!.Step, drive.Stop.Direction, drive.Stop.Occurrence, drive.Stop.Participant, drive.Stop.Reasons[0].Code));
        Assert.DoesNotContain(drive.Orders, order => order.StartsWith("undo", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refused_undo_is_stuck_in_the_direction_back()
    {
        var drive = Drive.Four().Done(2).Refused().Refused("gone");

        Assert.Equal(("b", Direction.Back, "gone"), (drive.Stop!.Step, drive.Stop.Direction, drive.Stop.Reasons[0].Code));
        Assert.Equal(["mark Compensating", "undo b 1", "mark Stuck"], drive.Orders.TakeLast(3));
    }

    [Fact]
    public void An_answer_that_is_neither_done_nor_a_reason_is_stuck_even_before_the_pivot()
    {
        var drive = Drive.Four().Unclear();

        Assert.Equal((SagaState.Stuck, "answer-not-understood"), (drive.Progress.State, drive.Stop!.Reasons[0].Code));
    }

    [Fact]
    public void A_refusal_that_is_worth_it_is_tried_again_after_growing_pauses_and_counts_at_last()
    {
        var drive = Drive.Four(retries: new Retries { Attempts = 3, First = TimeSpan.FromSeconds(1), Factor = 4, Codes = ["busy"] }).Refused("busy");

        Assert.Equal(drive.Now + TimeSpan.FromSeconds(1), drive.Waiting!.Until);
        drive.Pass(TimeSpan.FromMilliseconds(999));
        Assert.Single(drive.Orders);
        drive.Pass(TimeSpan.FromMilliseconds(1)).Refused("busy");
        Assert.Equal(drive.Now + TimeSpan.FromSeconds(4), drive.Waiting!.Until);
        drive.Pass(TimeSpan.FromSeconds(4)).Refused("busy");

        Assert.Equal(["do a 1", "do a 2", "do a 3", "end Compensated"], drive.Orders);
    }

    [Theory]
    [InlineData("taken")]
    [InlineData("busy", "taken")]
    public void A_refusal_for_any_other_reason_is_not_tried_again(params string[] codes) =>
        Assert.Equal("end Compensated", Drive.Four(retries: Retries.Of("busy")).Refused(codes).Orders[^1]);

    [Fact]
    public void A_participant_that_does_not_answer_makes_the_saga_wait_for_it_and_no_second_command_is_sent()
    {
        var drive = Drive.Four().Done();
        var asked = drive.Now;
        drive.Patience();

        Assert.Equal(["do a 1", "do b 1", "mark Waiting"], drive.Orders);
        Assert.Equal(("app-b", "b", asked + TimeSpan.FromSeconds(10)), (drive.Stop!.Participant, drive.Stop.Step, drive.Stop.Since));
        Assert.Null(drive.Waiting!.Until);
        Assert.Equal(["do.b|b|1", "verb|1"], drive.Waiting.Events);

        drive.Done();
        Assert.Equal(["mark Running", "do c 1"], drive.Orders.TakeLast(2));
        Assert.Null(drive.Stop);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Time_that_is_up_before_the_pivot_undoes_all_and_the_step_that_may_have_happened_too(bool isStepsOwn)
    {
        var drive = isStepsOwn
            ? new Drive(new SagaPlan("S", null, [Drive.Step("a"), Drive.Step("b", deadline: TimeSpan.FromSeconds(30)), Drive.Step("c", StepKind.Pivot)]))
            : Drive.Four(deadline: TimeSpan.FromSeconds(30));
        drive.Done().Patience().Pass(TimeSpan.FromSeconds(20));

        Assert.Equal(["mark Compensating", "undo b 1"], drive.Orders.TakeLast(2));
        Assert.Equal("deadline", Assert.Single(drive.Progress.Reasons).Code);
        Assert.Equal("end Compensated", drive.Done(2).Orders[^1]);
    }

    [Fact]
    public void A_pivot_that_was_sent_is_awaited_without_end()
    {
        var drive = Drive.Four(deadline: TimeSpan.FromSeconds(30)).Done(2).Patience().Pass(TimeSpan.FromDays(30));

        Assert.Equal(SagaState.Waiting, drive.Progress.State);
        Assert.Equal("end Completed", drive.Done(2).Orders[^1]);
    }

    [Fact]
    public void A_pivot_is_not_sent_when_time_is_up()
    {
        var drive = new Drive(new SagaPlan("S", TimeSpan.FromSeconds(5), [Drive.Step("a") with { Patience = TimeSpan.FromMinutes(1) }, Drive.Step("c", StepKind.Pivot)]));
        var late = drive.Machine.When(drive.Progress, new Happening.Replied(new Reply("do.a", "s", "a", 1, Done: true)), drive.Now + TimeSpan.FromSeconds(5));

        Assert.Equal((Direction.Back, 0, "deadline"), (late.Direction, late.Position, Assert.Single(late.Reasons).Code));
    }

    [Fact]
    public void A_pivot_that_is_refused_and_paused_is_given_up_when_time_is_up()
    {
        var drive = Drive.Four(deadline: TimeSpan.FromSeconds(30), retries: new Retries { First = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromMinutes(1) }).Done(2).Refused().Pass(TimeSpan.FromSeconds(30));

        Assert.Equal("undo b 1", drive.Orders[^1]);
    }

    [Fact]
    public void An_undo_is_awaited_without_end()
    {
        var drive = Drive.Four(deadline: TimeSpan.FromSeconds(30)).Done().Refused().Patience().Pass(TimeSpan.FromDays(30));

        Assert.Equal((SagaState.Waiting, Direction.Back), (drive.Progress.State, drive.Stop!.Direction));
        Assert.Null(drive.Waiting!.Until);
        Assert.Equal(["mark Compensating", "end Compensated"], [.. drive.Orders.Where(order => order.StartsWith("mark C", StringComparison.Ordinal)).Take(1), drive.Done().Orders[^1]]);
    }

    [Fact]
    public void A_reply_that_comes_twice_or_for_another_step_or_attempt_changes_nothing()
    {
        var drive = Drive.Four().Done();
        var before = drive.Progress;

        drive.Happen(new Happening.Replied(new Reply("do.a", "s", "a", 1, Done: true)));
        drive.Happen(new Happening.Replied(new Reply("do.b", "s", "b", 2, Done: true)));
        drive.Happen(new Happening.Replied(new Reply("undo.b", "s", "b", 1, Done: true)));

        Assert.Equal((before.Position, before.Number, before.Phase), (drive.Progress.Position, drive.Progress.Number, drive.Progress.Phase));
    }

    [Fact]
    public void An_older_attempt_that_is_done_after_all_counts_and_one_that_is_refused_does_not()
    {
        var drive = Drive.Four().Patience().Say(Verb.Retry);
        Assert.Equal(["do.a|a|2", "do.a|a|1"], drive.Waiting!.Events);

        Assert.Equal(SagaState.Running, drive.Reply(done: false, [new Reason("no", "No.")], attempt: 1).Progress.State);
        Assert.Equal("do b 1", drive.Done().Orders[^1]);

        var other = Drive.Four().Patience().Say(Verb.Retry).Reply(done: true, attempt: 1);
        Assert.Equal("do b 1", other.Orders[^1]);
    }

    [Fact]
    public void A_refused_newer_attempt_undoes_its_step_too_while_an_older_one_may_still_happen()
    {
        var drive = Drive.Four().Done().Patience().Say(Verb.Retry).Refused();

        Assert.Equal("undo b 1", drive.Orders[^1]);
    }

    [Fact]
    public void Entries_of_the_trail_are_numbered_without_a_gap()
    {
        var drive = Drive.Four().Done().Patience().Done().Refused().Patience().Done().Refused().Say(Verb.MarkCompensated);

        Assert.Equal("end Compensated", drive.Orders[^1]);
        Assert.Equal(Enumerable.Range(1, drive.Orders.Count), drive.Numbers);
    }

    [Fact]
    public void Progress_survives_being_written_at_any_point()
    {
        var (plain, written) = (Drive.Four(), Drive.Four());
        foreach (var act in new Action<Drive>[] { d => d.Done(), d => d.Patience(), d => d.Say(Verb.Retry), d => d.Done(), d => d.Refused("no"), d => d.Refused("no"), d => d.Say(Verb.Retry), d => d.Done(2) })
        {
            act(plain);
            act(written);
            var json = JsonSerializer.Serialize(written.Progress, StoredJson.Options);
            Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<Progress>(json, StoredJson.Options), StoredJson.Options));
        }

        Assert.Equal(plain.Orders, written.Orders);
        Assert.Equal("end Compensated", plain.Orders[^1]);
    }

    [Fact]
    public void A_run_that_finds_the_record_closed_ends_with_what_it_says()
    {
        var drive = Drive.Four().Happen(new Happening.Superseded(SagaState.Completed));

        Assert.IsType<Order.Nothing>(drive.Machine.Next(drive.Progress));
        Assert.Equal(SagaState.Completed, drive.Progress.State);
    }
}
