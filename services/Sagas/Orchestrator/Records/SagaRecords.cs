using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Running;

namespace Library.Sagas.Orchestrator.Records;

/// <summary>Looks sagas up, and waits for their end. Answers come from the record alone, never from the state of a workflow.</summary>
public sealed class SagaRecords
{
    private readonly SagaStore _store;
    private readonly SagaCollection _sagas;
    private readonly LiveSagas _live;
    private readonly WorkflowStarts _workflows;

    internal SagaRecords(SagaStore store, SagaCollection sagas, LiveSagas live, WorkflowStarts workflows) =>
        (_store, _sagas, _live, _workflows) = (store, sagas, live, workflows);

    /// <summary>Null for what was never started here.</summary>
    public async Task<SagaRecord?> Find(string id, CancellationToken cancellation)
    {
        if (!SagaData.IsId(id) || (await _store.Head(id, cancellation)).Document is not { } head)
        {
            return null;
        }

        var entries = await _store.Entries(head, cancellation);
        var verbs = head.Told == 0 ? [] : await _store.Verbs(id, head.Told, cancellation);
        return SagaStory.Of(head, entries, verbs, _sagas.Find(head.Saga)?.Steps ?? []);
    }

    /// <summary>
    /// The saga as soon as its record says that it has ended, or as it stands when patience ends. An end that this process writes is known at once; of another
    /// replica's the sidecar tells, by a call that it holds open.
    /// </summary>
    public async Task<SagaRecord?> Ended(string id, TimeSpan patience, CancellationToken cancellation)
    {
        if (!SagaData.IsId(id))
        {
            return null;
        }

        using var end = _live.Await(id);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (_live.Data(id) is not null || ((await _store.Head(id, cancellation)).Document is { } head && !head.State.HasEnded()))
        {
            await Task.WhenAny(end.Task, _workflows.Ended(id, patience, enough.Token)).WaitAsync(cancellation);
            await enough.CancelAsync();
        }

        return await Find(id, cancellation);
    }
}
