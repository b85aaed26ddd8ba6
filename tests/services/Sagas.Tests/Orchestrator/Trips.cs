using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;

namespace Sagas.Tests.Orchestrator;

/// <summary>A saga by messages: two steps that can be undone, one that decides, one that must happen then.</summary>
internal sealed class Trip : Saga<TripData>
{
    protected override void Define(SagaSteps<TripData> steps) => steps
        .Step<Flight>()
        .Step<Hotel>()
        .Pivot<Payment>()
        .Retriable<Tickets>()
        .Within(TimeSpan.FromHours(1));

    protected override IEnumerable<string> Keys(TripData data) => [$"group-{data.GroupId}"];
}

internal sealed record TripData(string Traveller, string City, string GroupId = "none");

internal sealed record BookFlight(string SagaId, string Step, int Attempt, string ReplyTo, string Traveller, string City) : ICommand
{
    public const string Topic = "flights.book";

    static string ICommand.Topic => Topic;
}

internal sealed record CancelFlight(string SagaId, string Step, int Attempt, string ReplyTo) : ICommand
{
    public const string Topic = "flights.cancel";

    static string ICommand.Topic => Topic;
}

internal sealed record BookHotel(string SagaId, string Step, int Attempt, string ReplyTo, string FlightId) : ICommand
{
    public const string Topic = "hotels.book";

    static string ICommand.Topic => Topic;
}

internal sealed record CancelHotel(string SagaId, string Step, int Attempt, string ReplyTo) : ICommand
{
    public const string Topic = "hotels.cancel";

    static string ICommand.Topic => Topic;
}

internal sealed record Pay(string SagaId, string Step, int Attempt, string ReplyTo) : ICommand
{
    public const string Topic = "bank.pay";

    static string ICommand.Topic => Topic;
}

internal sealed record SendTickets(string SagaId, string Step, int Attempt, string ReplyTo) : ICommand
{
    public const string Topic = "tickets.send";

    static string ICommand.Topic => Topic;
}

internal sealed class Flight : MessageStep<TripData, BookFlight, CancelFlight>
{
    public override string Participant => "flights";

    public override Retries Retries => Retries.Of("flight-overbooked") with { Attempts = 3 };

    protected override BookFlight Do(StepCall<TripData> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.Traveller, call.Data.City);

    protected override CancelFlight Undo(StepCall<TripData> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo);
}

internal sealed class Hotel : MessageStep<TripData, BookHotel, CancelHotel>
{
    public override string Participant => "hotels";

    public override TimeSpan? Deadline => TimeSpan.FromMinutes(5);

    protected override BookHotel Do(StepCall<TripData> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Output<Flight>().Id ?? "");

    protected override CancelHotel Undo(StepCall<TripData> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo);
}

internal sealed class Payment : MessageStep<TripData, Pay>
{
    public override string Participant => "bank";

    protected override Pay Do(StepCall<TripData> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo);
}

internal sealed class Tickets : MessageStep<TripData, SendTickets>
{
    public override string Participant => "tickets";

    protected override SendTickets Do(StepCall<TripData> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo);
}
