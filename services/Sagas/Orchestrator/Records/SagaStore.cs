using Library.Defaults.Stores;

namespace Library.Sagas.Orchestrator.Records;

/// <summary>Reads what the coordinator's store has of a saga.</summary>
internal sealed class SagaStore(CommandStore store)
{
    private const int Block = 24;

    public async Task<Stored<SagaHead>> Head(string id, CancellationToken cancellation)
    {
        var key = SagaHead.KeyOf(id);
        var (bytes, etag) = await store.Get(key, cancellation);
        return new Stored<SagaHead>(key, StoredJson.Read<SagaHead>(bytes.Span), etag);
    }

    public async Task<(object? Data, string ETag)> Data(string id, Type type, CancellationToken cancellation)
    {
        var (bytes, etag) = await store.Get(SagaData.KeyOf(id), cancellation);
        return (bytes.IsEmpty ? null : System.Text.Json.JsonSerializer.Deserialize(bytes.Span, type, StoredJson.Options), etag);
    }

    public async Task<SagaEntry?> Entry(string id, int number, CancellationToken cancellation) =>
        StoredJson.Read<SagaEntry>((await store.Get(SagaEntry.KeyOf(id, number), cancellation)).Bytes.Span);

    public Task<IReadOnlyList<SagaEntry>> Entries(SagaHead head, CancellationToken cancellation) =>
        Numbered<SagaEntry>(number => SagaEntry.KeyOf(head.Id, number), to: head.Last > 0 ? head.Last : int.MaxValue, cancellation);

    /// <summary>The head, and the ETag of the data that goes with its end; in one call, if it shows both.</summary>
    public async Task<(Stored<SagaHead> Head, string DataETag)> Whole(string id, CancellationToken cancellation)
    {
        var (head, data) = (SagaHead.KeyOf(id), SagaData.KeyOf(id));
        var items = await store.GetMany([head, data], cancellation);
        return items.TryGetValue(head, out var read) && items.TryGetValue(data, out var there)
            ? (new Stored<SagaHead>(head, StoredJson.Read<SagaHead>(read.Bytes.Span), read.ETag), there.ETag)
            : (await Head(id, cancellation), await store.Get(data, cancellation) is { Bytes.IsEmpty: false } alone ? alone.ETag : "");
    }

    /// <summary>Not every stop was spoken to.</summary>
    public async Task<IReadOnlyList<SagaVerb>> Verbs(string id, int upTo, CancellationToken cancellation)
    {
        var found = new List<SagaVerb>();
        for (var from = 1; from <= upTo; from += Block)
        {
            var keys = Enumerable.Range(from, Math.Min(Block, upTo - from + 1)).Select(number => SagaVerb.KeyOf(id, number)).ToList();
            var items = await store.GetMany(keys, cancellation);
            found.AddRange(keys.Where(items.ContainsKey).Select(key => StoredJson.Read<SagaVerb>(items[key].Bytes.Span)!));
        }

        return found;
    }

    /// <summary>All heads that a bulk read shows.</summary>
    public async Task<IReadOnlyDictionary<string, SagaHead>> Heads(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var keys = ids.Distinct().ToDictionary(SagaHead.KeyOf);
        var items = await store.GetMany(keys.Keys, cancellation);
        return items.ToDictionary(item => keys[item.Key], item => StoredJson.Read<SagaHead>(item.Value.Bytes.Span)!);
    }

    /// <summary>Which of these have an entry in their trail.</summary>
    public async Task<IReadOnlySet<string>> Begun(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var items = await store.GetMany([.. ids.Select(id => SagaEntry.KeyOf(id, 1))], cancellation);
        return ids.Where(id => items.ContainsKey(SagaEntry.KeyOf(id, 1))).ToHashSet();
    }

    /// <summary>Documents numbered without a gap. A bulk read hides errors of single keys, so the first that it does not show is asked for by itself.</summary>
    private async Task<IReadOnlyList<T>> Numbered<T>(Func<int, string> keyOf, int to, CancellationToken cancellation)
        where T : class
    {
        var found = new List<T>();
        for (var start = 1; start <= to; start += Block)
        {
            var count = Math.Min(Block, to - start + 1);
            var items = await store.GetMany([.. Enumerable.Range(start, count).Select(keyOf)], cancellation);
            for (var number = start; number < start + count; number++)
            {
                var bytes = items.TryGetValue(keyOf(number), out var item) ? item.Bytes : (await store.Get(keyOf(number), cancellation)).Bytes;
                if (StoredJson.Read<T>(bytes.Span) is not { } document)
                {
                    return found;
                }

                found.Add(document);
            }
        }

        return found;
    }
}
