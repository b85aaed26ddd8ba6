using System.Diagnostics;
using Sidecar.Errors;

namespace Sidecar.State;

public enum StateOperation
{
    Get,
    BulkGet,
    Set,
    Delete,
    BulkDelete,
    Transaction,
    Query,
}

/// <summary>Told about each call of a store: metrics.</summary>
public delegate void StateObserver(string store, StateOperation operation, bool succeeded, TimeSpan elapsed);

/// <summary>
/// The state API without its transports: names become stores, keys become stored keys, policies apply, failures become Dapr's.
/// Writes reach it with the app's own keys.
/// </summary>
public sealed class StateApi(string appId, IReadOnlyDictionary<string, StateComponent> stores, StateObserver? observer = null)
{
    public StateComponent Find(string store)
    {
        if (stores.TryGetValue(store, out var component))
        {
            return component;
        }

        throw stores.Count == 0 ? StateErrors.NotConfigured(store, appId) : StateErrors.NotFound(store, appId);
    }

    public async ValueTask<StateItem?> GetAsync(StateComponent store, StateRead read, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var stored = read with { Key = store.Keys.Stored(read.Key) };
        try
        {
            var item = ReferenceEquals(store.Outbound, Resiliency.Policy.None)
                ? await store.Store.GetAsync(stored, cancellation)
                : await store.Outbound.RunAsync(token => store.Store.GetAsync(stored, token), cancellation);
            observer?.Invoke(store.Name, StateOperation.Get, true, Stopwatch.GetElapsedTime(started));
            return item;
        }
        catch (Exception problem) when (IsFailure(problem, cancellation))
        {
            observer?.Invoke(store.Name, StateOperation.Get, false, Stopwatch.GetElapsedTime(started));
            throw StateErrors.Get(store.Name, read.Key, problem.Message);
        }
    }

    /// <summary>Entries in the store's order, under the app's own keys.</summary>
    public async ValueTask<IReadOnlyList<BulkStateItem>> GetManyAsync(
        StateComponent store, IReadOnlyList<string> keys, int parallelism, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellation)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        var reads = keys.Select(key => new StateRead(store.Keys.Stored(key), Metadata: metadata)).ToList();
        try
        {
            var items = await ObserveAsync(store, StateOperation.BulkGet, token => store.Store.GetManyAsync(reads, parallelism, token), cancellation);
            return items.Select(item => item with { Key = StateKeys.Original(item.Key) }).ToList();
        }
        catch (Exception problem) when (IsFailure(problem, cancellation))
        {
            throw StateErrors.BulkGet(problem.Message);
        }
    }

    public async ValueTask SaveAsync(StateComponent store, IReadOnlyList<StateWrite> writes, CancellationToken cancellation)
    {
        try
        {
            await WriteAllAsync(store, StateOperation.Set, writes, cancellation);
        }
        catch (Exception problem) when (IsFailure(problem, cancellation))
        {
            throw StateErrors.Save(store.Name, problem);
        }
    }

    public async ValueTask DeleteAsync(StateComponent store, StateWrite delete, CancellationToken cancellation)
    {
        try
        {
            await WriteAllAsync(store, StateOperation.Delete, [delete], cancellation);
        }
        catch (Exception problem) when (IsFailure(problem, cancellation))
        {
            throw StateErrors.Delete(delete.Key, problem);
        }
    }

    public async ValueTask DeleteManyAsync(StateComponent store, IReadOnlyList<StateWrite> deletes, CancellationToken cancellation)
    {
        try
        {
            await WriteAllAsync(store, StateOperation.BulkDelete, deletes, cancellation);
        }
        catch (Exception problem) when (IsFailure(problem, cancellation))
        {
            throw StateErrors.BulkDelete(store.Name, problem);
        }
    }

    public static void RequireTransactions(StateComponent store)
    {
        if (!store.Store.Features.HasFlag(StateFeatures.Transactional))
        {
            throw StateErrors.TransactionsNotSupported(store.Name);
        }
    }

    public async ValueTask TransactAsync(StateComponent store, IReadOnlyList<StateWrite> writes, CancellationToken cancellation)
    {
        var stored = writes.Select(write => write with { Key = store.Keys.Stored(write.Key) }).ToList();
        try
        {
            await ObserveAsync(store, StateOperation.Transaction, token => RunAsync(store.Store.TransactAsync(stored, token)), cancellation);
        }
        catch (Exception problem) when (IsFailure(problem, cancellation))
        {
            throw StateErrors.Transaction(problem.Message);
        }
    }

    /// <summary>The caller's going away is not the store's failure.</summary>
    private static bool IsFailure(Exception problem, CancellationToken cancellation) =>
        problem is not ApiException && !(problem is OperationCanceledException && cancellation.IsCancellationRequested);

    private async ValueTask WriteAllAsync(StateComponent store, StateOperation operation, IReadOnlyList<StateWrite> writes, CancellationToken cancellation)
    {
        if (writes.Count == 1)
        {
            var write = writes[0] with { Key = store.Keys.Stored(writes[0].Key) };
            await ObserveAsync(store, operation, token => RunAsync(store.Store.WriteAsync(write, token)), cancellation);
            return;
        }

        var bulk = new BulkWrite(store.Store, writes.Select(write => write with { Key = store.Keys.Stored(write.Key) }).ToList());
        await ObserveAsync(store, operation, bulk.RunAsync, cancellation);
    }

    private async ValueTask<T> ObserveAsync<T>(StateComponent store, StateOperation operation, Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var succeeded = false;
        try
        {
            var result = await store.Outbound.RunAsync(call, cancellation);
            succeeded = true;
            return result;
        }
        finally
        {
            observer?.Invoke(store.Name, operation, succeeded, Stopwatch.GetElapsedTime(started));
        }
    }

    private static async ValueTask<bool> RunAsync(ValueTask call)
    {
        await call;
        return true;
    }
}
