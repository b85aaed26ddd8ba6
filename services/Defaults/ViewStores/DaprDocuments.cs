using System.Text;
using Dapr;
using Dapr.Client;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Defaults.ViewStores;

/// <summary>Documents behind the sidecar. Every save is a first-write: Redis ignores the ETag of any other.</summary>
internal sealed class DaprDocuments(DaprClient dapr, string store, TimeProvider time) : IDocuments
{
    private const int Parallel = 16;
    private static readonly StateOptions FirstWrite = new() { Concurrency = ConcurrencyMode.FirstWrite };

    public Task<Stored<T>> Read<T>(string key, CancellationToken cancellation)
        where T : class => InTime(
        async token =>
        {
            var (bytes, etag) = await dapr.GetByteStateAndETagAsync(store, key, cancellationToken: token);
            return new Stored<T>(StoredJson.Read<T>(bytes.Span), string.IsNullOrEmpty(etag) ? null : etag);
        },
        cancellation);

    public async Task<IReadOnlyList<T?>> ReadAll<T>(IReadOnlyList<string> keys, CancellationToken cancellation)
        where T : class
    {
        if (keys.Count < 2)
        {
            return keys.Count == 0 ? [] : [(await Read<T>(keys[0], cancellation)).Value];
        }

        var found = new Dictionary<string, T?>();
        foreach (var item in await InTime(token => dapr.GetBulkStateAsync(store, [.. keys.Distinct()], Parallel, cancellationToken: token), cancellation))
        {
            // The client hides the errors of single items: what seems to be missing is asked for alone.
            found[item.Key] = string.IsNullOrEmpty(item.Value)
                ? (await Read<T>(item.Key, cancellation)).Value
                : StoredJson.Read<T>(Encoding.UTF8.GetBytes(item.Value));
        }

        return [.. keys.Select(key => found[key])];
    }

    public Task<bool> Save<T>(string key, T value, string? etag, CancellationToken cancellation)
        where T : class => etag is null
        ? Create<T>(key, StoredJson.Bytes(value), cancellation)
        : InTime(token => dapr.TrySaveByteStateAsync(store, key, StoredJson.Bytes(value), etag, FirstWrite, cancellationToken: token), cancellation);

    public Task Delete(string key, CancellationToken cancellation) => InTime(
        async token =>
        {
            await dapr.DeleteStateAsync(store, key, cancellationToken: token);
            return true;
        },
        cancellation);

    private async Task<bool> Create<T>(string key, byte[] bytes, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await InTime(
                async token =>
                {
                    await dapr.SaveByteStateAsync(store, key, bytes, FirstWrite, cancellationToken: token);
                    return true;
                },
                cancellation);
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

    private async Task<T> InTime<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var clock = new CancellationTokenSource(CommandStore.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        try
        {
            return await call(both.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new RefusedException(StoreRefusals.StoreUnavailable, late);
        }
    }
}
