using Library.Sagas.Orchestrator;
using Library.Sagas.Orchestrator.Definition;
using Sagas.Tests.Orchestrator;

namespace Sagas.Tests.Machine;

public sealed class LawTests
{
    [Fact]
    public void A_good_saga_breaks_nothing()
    {
        Assert.Empty(new Trip().Violations());
        Assert.Empty(new Holiday().Violations());
    }

    [Fact]
    public void Steps_are_called_after_their_classes_and_know_their_topics()
    {
        var plan = new Trip().Plan();

        Assert.Equal(["flight", "hotel", "payment", "tickets"], plan.Steps.Select(step => step.Name));
        Assert.Equal(("flights.book", "flights.cancel", 2), (plan.Steps[0].DoTopic, plan.Steps[0].UndoTopic, plan.Pivot));
        Assert.Equal([true, true, false], new Holiday().Plan().Steps.Select(step => step.HasUndo));
    }

    [Theory]
    [InlineData(typeof(NoSteps), "it has 0 steps")]
    [InlineData(typeof(TwoPivots), "it has 2 pivots (payment, second-pivot)")]
    [InlineData(typeof(UndoBehind), "flight stands behind the pivot")]
    [InlineData(typeof(RetriableBefore), "tickets is retriable and stands before the pivot")]
    [InlineData(typeof(RetriableAlone), "tickets is retriable and stands in a saga without a pivot")]
    [InlineData(typeof(NoUndo), "payment has no undo")]
    [InlineData(typeof(Twice), "2 of its steps are called flight")]
    [InlineData(typeof(TooSoon), "its deadline is shorter")]
    [InlineData(typeof(BadName), "its name has 1 to 64")]
    [InlineData(typeof(PivotInTime), "pivot-in-time-step has a deadline")]
    [InlineData(typeof(NeverAgain), "never-again-step has retries that cannot be carried out")]
    [InlineData(typeof(Nowhere), "nowhere-step does not say which app")]
    [InlineData(typeof(Unwritable), "its data Unreadable cannot be written as JSON")]
    [InlineData(typeof(SelfUndo), "self-undo-step is undone by the command that does it")]
    public void What_a_definition_breaks_is_said(Type saga, string says) =>
        Assert.Contains(((Saga)Activator.CreateInstance(saga)!).Violations(), violation => violation.Contains(says, StringComparison.Ordinal));

    [Fact]
    public void Everything_that_all_sagas_break_is_said_at_once_when_they_are_added()
    {
        var sagas = new SagaCollection().Add<NoSteps>().Add<TwoPivots>().Add<Trip>().Add<OtherTrip>();

        var violations = Assert.Throws<SagaLawException>(sagas.Check).Violations;

        Assert.Equal(3, violations.Count(violation => violation.StartsWith("NoSteps:", StringComparison.Ordinal) || violation.StartsWith("TwoPivots:", StringComparison.Ordinal) || violation.StartsWith("2 sagas are called Trip", StringComparison.Ordinal)));
        Assert.Contains(violations, violation => violation.Contains("sagas have the data TripData", StringComparison.Ordinal));
    }

    private sealed class NoSteps : Saga<TripData>
    {
        protected override void Define(SagaSteps<TripData> steps)
        {
        }
    }

    private sealed class SecondPivot : MessageStep<TripData, Pay>
    {
        public override string Participant => "bank";

        protected override Pay Do(StepCall<TripData> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo);
    }

    private sealed class TwoPivots : Saga<TripData>
    {
        protected override void Define(SagaSteps<TripData> steps) => steps.Pivot<Payment>().Pivot<SecondPivot>();
    }

    private sealed class UndoBehind : Saga<TripData>
    {
        protected override void Define(SagaSteps<TripData> steps) => steps.Pivot<Payment>().Step<Flight>();
    }

    private sealed class RetriableBefore : Saga<TripData>
    {
        protected override void Define(SagaSteps<TripData> steps) => steps.Retriable<Tickets>().Pivot<Payment>();
    }

    private sealed class RetriableAlone : Saga<TripData>
    {
        protected override void Define(SagaSteps<TripData> steps) => steps.Step<Flight>().Retriable<Tickets>();
    }

    private sealed class NoUndo : Saga<TripData>
    {
        protected override void Define(SagaSteps<TripData> steps) => steps.Step<Payment>();
    }

    private sealed class Twice : Saga<TripData>
    {
        protected override void Define(SagaSteps<TripData> steps) => steps.Step<Flight>().Step<Flight>();
    }

    private sealed class TooSoon : Saga<TripData>
    {
        protected override void Define(SagaSteps<TripData> steps) => steps.Step<Flight>().Within(TimeSpan.Zero);
    }

    private sealed class BadName : Saga<TripData>
    {
        public override string Name => "a|b";

        protected override void Define(SagaSteps<TripData> steps) => steps.Step<Flight>();
    }

    private sealed class OtherTrip : Saga<TripData>
    {
        public override string Name => "Trip";

        protected override void Define(SagaSteps<TripData> steps) => steps.Step<Flight>();
    }

    private abstract class PayStep : MessageStep<TripData, Pay>
    {
        public override string Participant => "bank";

        protected override Pay Do(StepCall<TripData> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo);
    }

    private sealed class PivotInTimeStep : PayStep
    {
        public override TimeSpan? Deadline => TimeSpan.FromHours(1);
    }

    private sealed class PivotInTime : Saga<TripData>
    {
        protected override void Define(SagaSteps<TripData> steps) => steps.Pivot<PivotInTimeStep>();
    }

    private sealed class NeverAgainStep : PayStep
    {
        public override Retries Retries => new() { Attempts = 0 };
    }

    private sealed class NeverAgain : Saga<TripData>
    {
        protected override void Define(SagaSteps<TripData> steps) => steps.Pivot<NeverAgainStep>();
    }

    private sealed class NowhereStep : PayStep
    {
        public override string Participant => " ";
    }

    private sealed class Nowhere : Saga<TripData>
    {
        protected override void Define(SagaSteps<TripData> steps) => steps.Pivot<NowhereStep>();
    }

    private sealed class SelfUndoStep : MessageStep<TripData, Pay, Pay>
    {
        public override string Participant => "bank";

        protected override Pay Do(StepCall<TripData> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo);

        protected override Pay Undo(StepCall<TripData> call) => Do(call);
    }

    private sealed class SelfUndo : Saga<TripData>
    {
        protected override void Define(SagaSteps<TripData> steps) => steps.Step<SelfUndoStep>();
    }

    private sealed class Unreadable(int number)
    {
        public int Other => number;
    }

    private sealed class Unwritable : Saga<Unreadable>
    {
        protected override void Define(SagaSteps<Unreadable> steps)
        {
        }
    }
}
