using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Testing;
using Sagas.Tests.Participant;

namespace Sagas.Tests.Testing;

internal sealed record Evening(string Seat, int Price);

internal sealed record Charge(string SagaId, string Step, int Attempt, string ReplyTo, int Price) : ICommand
{
    static string ICommand.Topic => "cards.charge";
}

internal sealed record Refund(string SagaId, string Step, int Attempt, string ReplyTo, string PaymentId) : ICommand
{
    static string ICommand.Topic => "cards.refund";
}

internal sealed record PrintTicket(string SagaId, string Step, int Attempt, string ReplyTo, string Seat) : ICommand
{
    static string ICommand.Topic => "tickets.print-ticket";
}

/// <summary>Hold a seat, charge the card, sell the seat (from there on there is no way back), print the ticket.</summary>
internal sealed class Concert : Saga<Evening>
{
    protected override void Define(SagaSteps<Evening> steps) => steps.Step<SeatHeld>().Step<CardCharged>().Pivot<SeatSold>().Retriable<TicketPrinted>().Within(TimeSpan.FromMinutes(10));

    /// <summary>What a trial of it looks like; <see cref="Stage"/> is what its participants have.</summary>
    public static SagaTrial<Evening, Stage> Trial(Saga<Evening>? saga = null, Action<FreeSeat, Stage>? free = null) =>
        new SagaTrial<Evening, Stage>(saga ?? new Concert(), new Evening("1a", 30), () => new Stage())
            .On<HoldSeat>((command, stage) => stage.Held.Add(command.Seat))
            .On(free ?? ((command, stage) => stage.Held.Remove(command.Seat)))
            .On<Charge>((command, stage) =>
            {
                stage.Paid += command.Price;
                return new StepOutput("payment-1", 1);
            })
            .On<Refund>((command, stage) => stage.Paid -= command.PaymentId is "payment-1" or "unknown" ? 30 : 0)
            .On<SellSeat>((command, stage) => stage.Sold.Add(command.Seat))
            .On<PrintTicket>((command, stage) => stage.Tickets.Add(command.Seat))
            .Invariant("whoever has paid has a ticket, and nobody else", (stage, _) => stage.Paid == 30 * stage.Tickets.Count && stage.Held.Count == stage.Tickets.Count);
}

internal sealed class Stage
{
    public List<string> Held { get; } = [];

    public List<string> Sold { get; } = [];

    public List<string> Tickets { get; } = [];

    public int Paid { get; set; }
}

internal sealed class SeatHeld : MessageStep<Evening, HoldSeat, FreeSeat>
{
    public override string Participant => "seats";

    public override TimeSpan? Deadline => TimeSpan.FromMinutes(2);

    protected override HoldSeat Do(StepCall<Evening> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.Seat);

    protected override FreeSeat Undo(StepCall<Evening> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.Seat);
}

internal sealed class CardCharged : MessageStep<Evening, Charge, Refund>
{
    public override string Participant => "cards";

    public override Retries Retries => Library.Sagas.Orchestrator.Definition.Retries.Of("trial-no") with { Attempts = 3 };

    public override TimeSpan? Deadline => TimeSpan.FromMinutes(2);

    protected override Charge Do(StepCall<Evening> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.Price);

    protected override Refund Undo(StepCall<Evening> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Output<CardCharged>().Id ?? "unknown");
}

internal sealed class SeatSold : MessageStep<Evening, SellSeat>
{
    public override string Participant => "seats";

    protected override SellSeat Do(StepCall<Evening> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.Seat);
}

internal sealed class TicketPrinted : MessageStep<Evening, PrintTicket>
{
    public override string Participant => "tickets";

    protected override PrintTicket Do(StepCall<Evening> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.Seat);
}
