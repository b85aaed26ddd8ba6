using Library.Defaults.Stores;
using Library.Sagas.Orchestrator;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;

namespace Library.Coordinator.ReaderErasure;

/// <summary>One erasure of a reader at a time: who asks again is told of the one that runs, or has been done.</summary>
internal static class Erase
{
    public static async Task<IResult> Handle(string id, Documents<ReaderAccount> accounts, SagaRecords records, SagaStart sagas, CancellationToken cancellation)
    {
        if (!ReaderAccount.IsId(id) || await accounts.Load(id, cancellation) is not { Document: { } account } read)
        {
            return ErasureRefusals.ReaderUnknown.ToProblem();
        }

        if (account.ErasureId is { } begun && await records.Find(begun, cancellation) is { State: not (SagaState.Compensated or SagaState.Aborted) })
        {
            return new Answer(begun, 1) { Location = Location(begun), IsAccepted = true }.ToResult();
        }

        switch ((await records.Find(account.RegistrationId, cancellation))?.State)
        {
            case SagaState.Completed:
                break;
            case null or SagaState.Compensated or SagaState.Aborted:
                return ErasureRefusals.ReaderUnknown.ToProblem();
            default:
                return ErasureRefusals.StillRegistering(account.RegistrationId).ToProblem();
        }

        var erasure = SagaIds.New();
        var change = new Change().Keep(accounts, read, account with { ErasureId = erasure });
        var started = await sagas.Start(erasure, new Erasure(id, account.UserId, account.RegistrationId), Location(erasure), change, cancellation);
        return started.IsRefused(out var refusal, out var answer) ? refusal.ToProblem() : answer.ToResult();
    }

    private static string Location(string erasure) => $"/erasures/{erasure}";
}
