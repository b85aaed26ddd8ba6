namespace Library.Defaults.ViewStores;

/// <summary>JSON documents under the keys of one state store, each written alone: a store of views need not have transactions.</summary>
public interface IDocuments
{
    Task<Stored<T>> Read<T>(string key, CancellationToken cancellation)
        where T : class;

    /// <summary>In the order of the keys; null for what does not exist.</summary>
    Task<IReadOnlyList<T?>> ReadAll<T>(IReadOnlyList<string> keys, CancellationToken cancellation)
        where T : class;

    /// <summary>Without an ETag only creates. False when the document is not as it was read: read again and decide.</summary>
    Task<bool> Save<T>(string key, T value, string? etag, CancellationToken cancellation)
        where T : class;

    Task Delete(string key, CancellationToken cancellation);
}

public readonly record struct Stored<T>(T? Value, string? Etag)
    where T : class;
