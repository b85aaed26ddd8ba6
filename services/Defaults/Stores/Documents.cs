namespace Library.Defaults.Stores;

/// <summary>Reads the documents of one kind from the service's store; they are saved through a <see cref="Change"/>.</summary>
public sealed class Documents<T>(CommandStore store, Schema<T> schema)
    where T : class
{
    public Schema<T> Schema { get; } = schema;

    public async Task<Stored<T>> Load(string id, CancellationToken cancellation)
    {
        var key = Schema.KeyOf(id);
        var (bytes, etag) = await store.Get(key, cancellation);
        return new Stored<T>(key, Schema.Read(bytes.Span), etag);
    }

    /// <summary>For a creation: whether there is one already, or none, where the commit decides that.</summary>
    public Task<Stored<T>> LoadNew(string id, Commit commit, CancellationToken cancellation) =>
        commit.Presume() ? Task.FromResult(new Stored<T>(Schema.KeyOf(id), null, "")) : Load(id, cancellation);
}
