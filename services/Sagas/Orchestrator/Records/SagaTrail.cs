using Library.Defaults.Outbox;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Running;

namespace Library.Sagas.Orchestrator.Records;

/// <summary>Writes what happens to a saga. Every write is known by its number, so carrying an order out twice writes it once.</summary>
internal sealed class SagaTrail(CommandStore store, SagaStore sagas, Transactions transactions, SagaTopics topics, TimeProvider time)
{
    /// <summary>Adds the entry of an ordinary step: one write, no read. Null, or how the saga stands that is not this run's to carry on.</summary>
    public async Task<SagaState?> Add(string sagaId, SagaEntry entry, CancellationToken cancellation)
    {
        try
        {
            await store.Create(SagaEntry.KeyOf(sagaId, entry.Number), StoredJson.Bytes(entry), cancellation);
            return null;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // A refused creation and a lost answer look alike; what is there decides.
            if (await sagas.Entry(sagaId, entry.Number, cancellation) is not { } there)
            {
                throw;
            }

            var head = (await sagas.Head(sagaId, cancellation)).Document;
            return there.RunId != entry.RunId || head?.State.HasEnded() != false ? head?.State ?? SagaState.Aborted : null;
        }
    }

    /// <summary>Changes the head together with the entry, and tells the news. Null, or how the saga stands that is not this run's to carry on.</summary>
    public async Task<SagaState?> Turn(string sagaId, SagaEntry entry, Func<SagaHead, SagaHead> change, CancellationToken cancellation)
    {
        while (true)
        {
            var (key, found, etag) = await sagas.Head(sagaId, cancellation);
            if (found is not { } head)
            {
                return SagaState.Aborted;
            }

            if (await sagas.Entry(sagaId, entry.Number, cancellation) is { } there)
            {
                return there.RunId == entry.RunId && !head.State.HasEnded() ? null : head.State;
            }

            if (head.RunId != entry.RunId || head.State.HasEnded())
            {
                return head.State;
            }

            var changed = change(head) with { Version = head.Version + 1 };
            var what = new Change()
                .Put(key, changed, etag)
                .Put(SagaEntry.KeyOf(sagaId, entry.Number), entry, "")
                .Send(topics.News, $"saga/{sagaId}/{changed.Version}", new SagaNews(sagaId, head.Saga, head.RunId, changed.State, changed.Version, head.StartedAt));
            if (changed.State.HasEnded() && await store.Get(SagaData.KeyOf(sagaId), cancellation) is { Bytes.IsEmpty: false } data)
            {
                what.Delete(SagaData.KeyOf(sagaId), data.ETag);
            }

            try
            {
                await transactions.Run(what, cancellation);
                return null;
            }
            catch (RaceLostException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 20)), time, cancellation);
            }
        }
    }
}
