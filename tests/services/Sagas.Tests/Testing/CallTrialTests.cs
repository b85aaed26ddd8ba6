using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Testing;

namespace Sagas.Tests.Testing;

/// <summary>A saga of calls only.</summary>
public sealed class CallTrialTests
{
    [Fact]
    public void A_sound_saga_of_calls_ends_well_under_every_three_faults_at_once()
    {
        var report = Trial(undo: bookings => bookings.Remove("hotel")).FaultsAtOnce(3).Run();

        Assert.Equal([SagaState.Compensated, SagaState.Completed], report.Ends.Keys.Order());
    }

    [Fact]
    public void An_undo_that_forgets_is_seen_here_too() =>
        Assert.Contains("all or nothing", Assert.Throws<SagaTrialException>(() => Trial(undo: _ => { }).Run()).Violation, StringComparison.Ordinal);

    [Fact]
    public void A_call_that_nobody_plays_is_named()
    {
        var trial = new SagaTrial<Booking, List<string>>(new Journey(), new Booking("ada"), () => []);

        Assert.Contains("OnCall", Assert.Throws<InvalidOperationException>(trial.Run).Message, StringComparison.Ordinal);
    }

    private static SagaTrial<Booking, List<string>> Trial(Action<List<string>> undo) =>
        new SagaTrial<Booking, List<string>>(new Journey(), new Booking("ada"), () => [])
            .OnCall<Flight>(bookings => bookings.Add("flight"), bookings => bookings.Remove("flight"))
            .OnCall<Hotel>(bookings => bookings.Add("hotel"), undo)
            .OnCall<Car>(bookings => bookings.Add("car"))
            .Invariant("all or nothing", (bookings, state) => bookings.Count == (state == SagaState.Completed ? 3 : 0));

    private sealed record Booking(string Traveller);

    private sealed class Journey : Saga<Booking>
    {
        protected override void Define(SagaSteps<Booking> steps) => steps.Step<Flight>().Step<Hotel>().Pivot<Car>();
    }

    private abstract class Booked : InvokeStep<Booking>
    {
        public override string Participant => Name;

        protected override Task<StepResult> Do(InvokeCall<Booking> call, CancellationToken cancellation) => call.Post($"http://{Name}/bookings", call.Data, cancellation);
    }

    private abstract class Cancelled : Booked
    {
        protected override Task<StepResult> Undo(InvokeCall<Booking> call, CancellationToken cancellation) => call.Delete($"http://{Name}/bookings/{call.SagaId}", cancellation);
    }

    private sealed class Flight : Cancelled;

    private sealed class Hotel : Cancelled;

    private sealed class Car : Booked;
}
