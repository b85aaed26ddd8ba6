using Library.Sagas.Orchestrator.Records;

namespace Library.Coordinator.ReaderErasure;

internal static class GetErasure
{
    private static readonly string Type = new ReaderErasureSaga().Name;

    public static async Task<IResult> Handle(string id, SagaRecords sagas, CancellationToken cancellation) =>
        await sagas.Find(id, cancellation) is { } saga && saga.Type == Type ? TypedResults.Ok(SagaView.Of(saga)) : ErasureRefusals.Unknown.ToProblem();
}
