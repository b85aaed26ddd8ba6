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
        for (var isFirst = true; ; isFirst = false)
        {
            var ((key, found, etag), data) = await sagas.Whole(sagaId, cancellation);
            if (found is not { } head || head.RunId != entry.RunId || head.State.HasEnded())
            {
                return found?.State ?? SagaState.Aborted;
            }

            // It is rare that the entry is there already, so that is looked at only after a lost race.
            if (!isFirst && await sagas.Entry(sagaId, entry.Number, cancellation) is { } there)
            {
                return there.RunId == entry.RunId ? null : head.State;
            }

            try
            {
                await transactions.Run(Changed(key, change(head) with { Version = head.Version + 1 }, etag, data, entry), cancellation);
                return null;
            }
            catch (RaceLostException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 20)), time, cancellation);
            }
        }
    }

    private Change Changed(string key, SagaHead head, string etag, string data, SagaEntry entry)
    {
        var (isOver, change) = (head.State.HasEnded(), new Change());
        change.Put(key, isOver ? head with { Last = entry.Number } : head, etag)
            .Put(SagaEntry.KeyOf(head.Id, entry.Number), entry, "")
            .Send(topics.News, $"saga/{head.Id}/{head.Version}", new SagaNews(head.Id, head.Saga, head.RunId, head.State, head.Version, head.StartedAt));
        return isOver && data.Length > 0 ? change.Delete(SagaData.KeyOf(head.Id), data) : change;
    }
}
