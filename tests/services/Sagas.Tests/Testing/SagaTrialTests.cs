using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Testing;
using Sagas.Tests.Participant;

namespace Sagas.Tests.Testing;

public sealed class SagaTrialTests
{
    [Fact]
    public void A_sound_saga_ends_well_under_every_two_faults_at_once()
    {
        var report = Concert.Trial().Run();

        Assert.True(report.Cases > 1_000, $"{report.Cases} cases");
        Assert.Equal([SagaState.Compensated, SagaState.Completed], report.Ends.Keys.Order());
        Assert.All(report.Ends.Values, count => Assert.True(count > 100));
    }

    [Fact]
    public void Hundreds_of_cases_take_a_second_even_on_a_busy_machine()
    {
        var trial = Concert.Trial();
        trial.Run();
        var start = TimeProvider.System.GetTimestamp();

        var perSecond = trial.Run().Cases / TimeProvider.System.GetElapsedTime(start).TotalSeconds;

        TestContext.Current.SendDiagnosticMessage($"{perSecond:0} cases a second");
        Assert.True(perSecond > 300, $"{perSecond:0} cases a second");
    }

    [Fact]
    public void An_undo_that_forgets_is_seen_with_the_shortest_schedule_that_shows_it()
    {
        var failure = Assert.Throws<SagaTrialException>(() => Concert.Trial(free: (_, _) => { }).Run());

        Assert.Contains("whoever has paid has a ticket", failure.Violation, StringComparison.Ordinal);
        Assert.Single(failure.Schedule.Faults);
        Assert.Contains($"Replay(\"{failure.Schedule}\")", failure.Message, StringComparison.Ordinal);
        Assert.Contains("seat-held/undo 1 is answered done", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_failed_fails_alike_when_it_is_replayed()
    {
        var trial = Concert.Trial(free: (_, _) => { });
        var failure = Assert.Throws<SagaTrialException>(trial.Run);

        var again = trial.Replay($"{failure.Schedule}");

        Assert.Equal(failure.Violation, again.Violation);
        Assert.All(again.Story, line => Assert.Contains(line, failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_machine_that_undoes_in_the_wrong_order_is_seen()
    {
        var trial = Concert.Trial();
        trial.Tampered = progress => progress is { Undo: [1, 0], Phase: Phase.Asking } ? progress with { Undo = [0, 1], Position = 0 } : progress;

        var failure = Assert.Throws<SagaTrialException>(trial.Run);

        Assert.Equal("seat-held was undone before card-charged, which came after it.", failure.Violation);
    }

    [Fact]
    public void A_machine_that_forgets_to_undo_a_step_is_seen()
    {
        var trial = Concert.Trial();
        trial.Tampered = progress => progress is { Undo: [1, 0], Phase: Phase.Asking } ? progress with { Undo = [1] } : progress;

        Assert.Equal("The saga is Compensated, and seat-held is done: nobody will undo it.", Assert.Throws<SagaTrialException>(trial.Run).Violation);
    }

    [Fact]
    public void A_machine_that_takes_silence_for_a_refusal_is_seen()
    {
        var trial = Concert.Trial();
        trial.Tampered = progress => progress is { Position: 0, State: SagaState.Waiting } ? progress with { State = SagaState.Compensated, Phase = Phase.Ending, Stop = null } : progress;

        Assert.Equal("The saga is Compensated, and seat-held is done: nobody will undo it.", Assert.Throws<SagaTrialException>(trial.Run).Violation);
    }

    [Fact]
    public void A_machine_that_is_stuck_where_nobody_refused_is_seen()
    {
        var trial = Concert.Trial();
        trial.Tampered = progress => progress is { State: SagaState.Waiting, Stop: not null } ? progress with { State = SagaState.Stuck, Phase = Phase.Stuck } : progress;

        Assert.Contains("which did not answer no", Assert.Throws<SagaTrialException>(trial.Run).Violation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_that_never_ends_is_seen()
    {
        var trial = Concert.Trial();
        trial.Tampered = progress => progress.Phase == Phase.Ending ? progress with { Phase = Phase.Asking } : progress;

        Assert.Contains("does not end", Assert.Throws<SagaTrialException>(trial.Run).Violation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_that_remembers_what_no_history_has_is_seen()
    {
        var (trial, calls) = (Concert.Trial(), 0);
        trial.Tampered = progress => progress with { AskedAt = progress.AskedAt.AddTicks(++calls) };

        Assert.Contains("After a replay", Assert.Throws<SagaTrialException>(trial.Run).Violation, StringComparison.Ordinal);
    }

    [Fact]
    public void What_must_hold_all_the_time_is_looked_at_after_every_effect()
    {
        var trial = Concert.Trial(new Backwards()).Always("nobody pays for a seat that is not held", stage => stage.Paid == 0 || stage.Held.Count > 0);

        Assert.Equal("It does not hold any more: nobody pays for a seat that is not held.", Assert.Throws<SagaTrialException>(trial.Run).Violation);
    }

    [Fact]
    public void A_command_that_does_not_pass_on_the_attempt_is_named()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Concert.Trial(new Careless()).Run());

        Assert.Contains("HoldSeat of forgetful-seat does not pass on", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_nobody_plays_is_named()
    {
        var trial = new SagaTrial<Evening, Stage>(new Concert(), new Evening("1a", 30), () => new Stage());

        Assert.Contains("On<HoldSeat>", Assert.Throws<InvalidOperationException>(trial.Run).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_that_breaks_the_law_is_not_tried() =>
        Assert.Contains("behind the pivot", Assert.Throws<ArgumentException>(() => Concert.Trial(new Lawless()).Run()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_stuck_saga_goes_on_when_an_operator_has_mended_it()
    {
        var told = Concert.Trial().Replay("ticket-printed/do/AlwaysRefused");

        Assert.Equal((SagaState.Completed, null), (told.State, told.Violation));
        Assert.Contains(told.Story, line => line.Contains("an operator mends ticket-printed and says retry", StringComparison.Ordinal));
    }

    [Fact]
    public void An_undo_that_overtakes_its_action_leaves_nothing_behind()
    {
        var told = Concert.Trial().Replay("seat-held/do/Overtaken");

        Assert.Equal((SagaState.Compensated, null), (told.State, told.Violation));
        Assert.Contains("seat-held/do 1 is answered no: step-undone", told.Story[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quiet")]
    [InlineData("seat-held/do/Refused")]
    [InlineData("seat-held/do/LateReply, card-charged/undo/TimesOut, killed/7")]
    public void A_schedule_is_read_as_it_was_printed(string text) => Assert.Equal(text, $"{Schedule.Parse(text)}");

    [Theory]
    [InlineData("seat-held")]
    [InlineData("seat-held/do/Sleeps")]
    [InlineData("seat-held/redo/Refused")]
    [InlineData("killed/often")]
    public void What_is_no_schedule_is_refused(string text) => Assert.Throws<FormatException>(() => Schedule.Parse(text));

    private sealed class Backwards : Saga<Evening>
    {
        protected override void Define(SagaSteps<Evening> steps) => steps.Step<CardCharged>().Step<SeatHeld>().Pivot<SeatSold>().Retriable<TicketPrinted>();
    }

    private sealed class Lawless : Saga<Evening>
    {
        protected override void Define(SagaSteps<Evening> steps) => steps.Pivot<SeatSold>().Step<SeatHeld>();
    }

    private sealed class Careless : Saga<Evening>
    {
        protected override void Define(SagaSteps<Evening> steps) => steps.Step<ForgetfulSeat>();
    }

    private sealed class ForgetfulSeat : MessageStep<Evening, HoldSeat, FreeSeat>
    {
        public override string Participant => "seats";

        protected override HoldSeat Do(StepCall<Evening> call) => new(call.SagaId, call.Step, 7, call.ReplyTo, call.Data.Seat);

        protected override FreeSeat Undo(StepCall<Evening> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.Seat);
    }
}
