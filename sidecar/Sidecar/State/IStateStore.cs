namespace Sidecar.State;

/// <summary>
/// A state store component. Keys arrive with Dapr's prefix on them; constructing one does no I/O, <see cref="InitAsync"/> does.
/// What a store refuses it says with a <see cref="StateException"/>; anything else that it throws is its failure.
/// </summary>
public interface IStateStore : IAsyncDisposable
{
    StateFeatures Features { get; }

    /// <summary>Why a query fails on a store whose kind can be queried; null for a kind that cannot.</summary>
    string? QueryRefusal => null;

    Task InitAsync(CancellationToken cancellation);

    /// <summary>Null when there is no such key.</summary>
    ValueTask<StateItem?> GetAsync(StateRead read, CancellationToken cancellation);

    /// <summary>One entry for each key, in the order that this store answers in; a missing key has no data.</summary>
    ValueTask<IReadOnlyList<BulkStateItem>> GetManyAsync(IReadOnlyList<StateRead> reads, int parallelism, CancellationToken cancellation);

    ValueTask WriteAsync(StateWrite write, CancellationToken cancellation);

    /// <summary>All or nothing, in order.</summary>
    ValueTask TransactAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellation);
}

[Flags]
public enum StateFeatures
{
    None = 0,
    ETag = 1,
    Transactional = 2,
    Ttl = 4,
    DeleteWithPrefix = 8,
    KeysLike = 16,
    QueryApi = 32,
}
