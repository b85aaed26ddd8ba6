using Library.Defaults.Stores;

namespace Library.Defaults.Outbox;

/// <summary>How aggregates of one kind show themselves to others: the bytes of a stored document in, those of a fact out.</summary>
internal sealed record PublishedState(string Prefix, Func<ReadOnlyMemory<byte>, byte[]> Show)
{
    public static PublishedState Of<T, TPublished>(Schema<T> schema, Func<T, TPublished> show)
        where T : class
        where TPublished : class => new(schema.Prefix, bytes => StoredJson.Bytes(show(schema.Read(bytes.Span)!)));
}

/// <summary>What the aggregate of an entry publishes now.</summary>
internal sealed class PublishedStates(CommandStore store, IEnumerable<PublishedState> states)
{
    private readonly Dictionary<string, PublishedState> _states = states.ToDictionary(state => state.Prefix);

    public async Task<ReadOnlyMemory<byte>> Of(Entry entry, CancellationToken cancellation)
    {
        if (entry.Message is { } message)
        {
            return StoredJson.Bytes(message);
        }

        var (bytes, _) = await store.Get(entry.Key!, cancellation);
        return Show(entry.Key!, bytes);
    }

    public ReadOnlyMemory<byte> Show(string key, ReadOnlyMemory<byte> document) => document.IsEmpty
        ? throw new InvalidOperationException($"An entry speaks of {key}, which the store does not have. Was the store restored without it?")
        : _states[key[..key.IndexOf('|', StringComparison.Ordinal)]].Show(document);
}
