using System.Text;
using Dapr.Client;
using Library.Defaults.Hosting;
using Library.Defaults.Refusals;

namespace Library.Defaults.Stores;

/// <summary>The service's own state store, over gRPC. A call that gets no answer in time has an unknown outcome, like any other failure.</summary>
public sealed class CommandStore(DaprClient client, ServiceNames names, TimeProvider time)
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly StateOptions FirstWrite = new() { Concurrency = ConcurrencyMode.FirstWrite };

    /// <summary>No bytes and an empty ETag where there is no such key.</summary>
    public Task<(ReadOnlyMemory<byte> Bytes, string ETag)> Get(string key, CancellationToken cancellation) =>
        Ask(token => client.GetByteStateAndETagAsync(names.Store, key, cancellationToken: token), cancellation);

    /// <summary>The keys that exist, as far as the sidecar could read them: a key that is missing here may be an error of that key alone.</summary>
    public async Task<IReadOnlyDictionary<string, (ReadOnlyMemory<byte> Bytes, string ETag)>> GetMany(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        if (keys.Count == 0)
        {
            return new Dictionary<string, (ReadOnlyMemory<byte>, string)>();
        }

        var items = await Ask(token => client.GetBulkStateAsync(names.Store, [.. keys.Distinct()], parallelism: null, cancellationToken: token), cancellation);
        return items.Where(item => !string.IsNullOrEmpty(item.Value))
            .ToDictionary(item => item.Key, item => ((ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(item.Value), item.ETag));
    }

    /// <summary>
    /// Creates the key or fails. A failure does not mean that it was there, nor that it is not there now. A lifetime only lets the store tidy up;
    /// nothing is decided by it.
    /// </summary>
    public Task Create(string key, ReadOnlyMemory<byte> value, CancellationToken cancellation, TimeSpan? lifetime = null)
    {
        var metadata = lifetime is { } time ? Forgotten(time) : null;
        return Tell(token => client.SaveByteStateAsync(names.Store, key, value, FirstWrite, metadata, token), cancellation);
    }

    /// <summary>False where the ETag is not the newest any more.</summary>
    public async Task<bool> Replace(string key, ReadOnlyMemory<byte> value, string etag, CancellationToken cancellation)
    {
        using var limit = Limited(cancellation);
        return await client.TrySaveByteStateAsync(names.Store, key, value, etag, FirstWrite, cancellationToken: limit.Token);
    }

    public Task Transact(IReadOnlyList<StateTransactionRequest> operations, CancellationToken cancellation) =>
        Tell(token => client.ExecuteStateTransactionAsync(names.Store, operations, cancellationToken: token), cancellation);

    internal static StateTransactionRequest Upsert(string key, byte[] value, string etag) =>
        new(key, value, StateOperationType.Upsert, etag.Length == 0 ? null : etag, options: FirstWrite);

    internal static StateTransactionRequest Delete(string key, string etag) => new(key, null, StateOperationType.Delete, etag, options: FirstWrite);

    internal static Dictionary<string, string> Forgotten(TimeSpan after) =>
        new() { ["ttlInSeconds"] = ((long)after.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture) };

    private async Task<T> Ask<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var limit = Limited(cancellation);
        try
        {
            return await call(limit.Token);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            throw new RefusedException(StoreRefusals.StoreUnavailable, exception);
        }
    }

    private async Task Tell(Func<CancellationToken, Task> call, CancellationToken cancellation)
    {
        using var limit = Limited(cancellation);
        await call(limit.Token);
    }

    private Limit Limited(CancellationToken cancellation) => new(time, cancellation);

    private sealed class Limit : IDisposable
    {
        private readonly CancellationTokenSource _clock;
        private readonly CancellationTokenSource _both;

        public Limit(TimeProvider time, CancellationToken cancellation)
        {
            _clock = new CancellationTokenSource(Timeout, time);
            _both = CancellationTokenSource.CreateLinkedTokenSource(_clock.Token, cancellation);
        }

        public CancellationToken Token => _both.Token;

        public void Dispose()
        {
            _both.Dispose();
            _clock.Dispose();
        }
    }
}
