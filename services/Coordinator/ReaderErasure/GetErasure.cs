using Library.Sagas.Orchestrator.Records;

namespace Library.Coordinator.ReaderErasure;

internal static class GetErasure
{
    public static async Task<IResult> Handle(string id, SagaRecords sagas, CancellationToken cancellation) =>
        await sagas.Find(id, cancellation) is { } saga && saga.Type == ReaderErasureSaga.Type ? TypedResults.Ok(SagaView.Of(saga)) : ErasureRefusals.Unknown.ToProblem();
}
