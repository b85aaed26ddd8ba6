using Dapr;
using Dapr.Client;
using Library.Defaults.Stores;

namespace Library.Defaults.ViewStores;

/// <summary>Documents behind the sidecar. Every write is a first-write: Redis ignores the ETag of any other.</summary>
internal sealed class DaprDocuments(DaprClient dapr, string store) : IDocuments
{
    private const int Parallel = 16;
    private static readonly StateOptions FirstWrite = new() { Concurrency = ConcurrencyMode.FirstWrite };

    public async Task<Stored<T>> Read<T>(string key, CancellationToken cancellation)
        where T : class
    {
        var (bytes, etag) = await dapr.GetByteStateAndETagAsync(store, key, cancellationToken: cancellation);
        return new Stored<T>(StoredJson.Read<T>(bytes.Span), string.IsNullOrEmpty(etag) ? null : etag);
    }

    public async Task<IReadOnlyList<T?>> ReadAll<T>(IReadOnlyList<string> keys, CancellationToken cancellation)
        where T : class
    {
        if (keys.Count < 2)
        {
            return keys.Count == 0 ? [] : [(await Read<T>(keys[0], cancellation)).Value];
        }

        var found = new Dictionary<string, T?>();
        foreach (var item in await dapr.GetBulkStateAsync(store, [.. keys.Distinct()], Parallel, cancellationToken: cancellation))
        {
            // The client hides the errors of single items: what seems to be missing is asked for alone.
            found[item.Key] = string.IsNullOrEmpty(item.Value)
                ? (await Read<T>(item.Key, cancellation)).Value
                : StoredJson.Read<T>(System.Text.Encoding.UTF8.GetBytes(item.Value));
        }

        return [.. keys.Select(key => found[key])];
    }

    public async Task<bool> Save<T>(string key, T value, string? etag, CancellationToken cancellation)
        where T : class
    {
        var bytes = StoredJson.Bytes(value);
        if (etag is not null)
        {
            return await dapr.TrySaveByteStateAsync(store, key, bytes, etag, FirstWrite, cancellationToken: cancellation);
        }

        try
        {
            await dapr.SaveByteStateAsync(store, key, bytes, FirstWrite, cancellationToken: cancellation);
            return true;
        }
        catch (DaprException)
        {
            // Stores refuse a second creation in different ways: what is there now decides.
            if ((await Read<T>(key, cancellation)).Etag is null)
            {
                throw;
            }

            return false;
        }
    }

    public Task Delete(string key, CancellationToken cancellation) => dapr.DeleteStateAsync(store, key, FirstWrite, cancellationToken: cancellation);
}
