using Library.Sagas.Orchestrator.Definition;

namespace Sagas.Tests.Orchestrator;

/// <summary>A saga of three calls.</summary>
internal sealed class Holiday : Saga<HolidayData>
{
    protected override void Define(SagaSteps<HolidayData> steps) => steps.Step<BookSeat>().Step<BookRoom>().Pivot<BookCar>();
}

internal sealed record HolidayData(string Traveller, string City);

internal sealed class BookSeat : InvokeStep<HolidayData>
{
    public override string Participant => "airline";

    protected override Task<StepResult> Do(InvokeCall<HolidayData> call, CancellationToken cancellation) => call.Post("/seats", new { call.SagaId, call.Data.City }, cancellation);

    protected override Task<StepResult> Undo(InvokeCall<HolidayData> call, CancellationToken cancellation) => call.Delete($"/seats/{call.SagaId}", cancellation);
}

internal sealed class BookRoom : InvokeStep<HolidayData>
{
    public override string Participant => "hotel";

    protected override Task<StepResult> Do(InvokeCall<HolidayData> call, CancellationToken cancellation) => call.Post("/rooms", new { call.SagaId, Seat = call.Output<BookSeat>().Id }, cancellation);

    protected override Task<StepResult> Undo(InvokeCall<HolidayData> call, CancellationToken cancellation) => call.Delete($"/rooms/{call.SagaId}", cancellation);
}

internal sealed class BookCar : InvokeStep<HolidayData>
{
    public override string Participant => "garage";

    protected override Task<StepResult> Do(InvokeCall<HolidayData> call, CancellationToken cancellation) => call.Post("/cars", new { call.SagaId }, cancellation);
}
