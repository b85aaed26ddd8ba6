using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Dapr.Client;

internal sealed partial class GrpcDaprClient
{
    private const string StateFailed = "State operation failed: the Dapr endpoint indicated a failure. See InnerException for details.";
    private const string StateUnreadable = "State operation failed: the state payload could not be deserialized. See InnerException for details.";

    public override async Task<TValue> GetStateAsync<TValue>(string storeName, string key, ConsistencyMode? consistencyMode = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        var answer = await ReadStateAsync(storeName, key, consistencyMode, metadata, cancellationToken);
        return FromJson<TValue>(answer.Data, StateUnreadable);
    }

    public override async Task<(TValue value, string etag)> GetStateAndETagAsync<TValue>(string storeName, string key, ConsistencyMode? consistencyMode = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        var answer = await ReadStateAsync(storeName, key, consistencyMode, metadata, cancellationToken);
        return (FromJson<TValue>(answer.Data, StateUnreadable), answer.Etag);
    }

    public override async Task<ReadOnlyMemory<byte>> GetByteStateAsync(string storeName, string key, ConsistencyMode? consistencyMode = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        (await ReadStateAsync(storeName, key, consistencyMode, metadata, cancellationToken)).Data.Memory;

    public override async Task<(ReadOnlyMemory<byte>, string etag)> GetByteStateAndETagAsync(string storeName, string key, ConsistencyMode? consistencyMode = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        var answer = await ReadStateAsync(storeName, key, consistencyMode, metadata, cancellationToken);
        return (answer.Data.Memory, answer.Etag);
    }

    public override Task SaveStateAsync<TValue>(string storeName, string key, TValue value, StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        SaveAsync(storeName, StateItemOf(key, ToJsonUnlessNull(value), null, stateOptions, metadata), cancellationToken).AsTask();

    public override Task SaveByteStateAsync(string storeName, string key, ReadOnlyMemory<byte> binaryValue, StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        SaveAsync(storeName, StateItemOf(key, UnsafeByteOperations.UnsafeWrap(binaryValue), null, stateOptions, metadata), cancellationToken).AsTask();

    public override Task<bool> TrySaveStateAsync<TValue>(string storeName, string key, TValue value, string etag, StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(etag);
        return UnlessAbortedAsync(SaveAsync(storeName, StateItemOf(key, ToJsonUnlessNull(value), etag, stateOptions, metadata), cancellationToken));
    }

    public override Task<bool> TrySaveByteStateAsync(string storeName, string key, ReadOnlyMemory<byte> binaryValue, string etag, StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(etag);
        return UnlessAbortedAsync(SaveAsync(storeName, StateItemOf(key, UnsafeByteOperations.UnsafeWrap(binaryValue), etag, stateOptions, metadata), cancellationToken));
    }

    public override Task DeleteStateAsync(string storeName, string key, StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        DeleteAsync(storeName, key, null, stateOptions, metadata, cancellationToken).AsTask();

    public override Task<bool> TryDeleteStateAsync(string storeName, string key, string etag, StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(etag);
        return UnlessAbortedAsync(DeleteAsync(storeName, key, etag, stateOptions, metadata, cancellationToken));
    }

    public override async Task ExecuteStateTransactionAsync(string storeName, IReadOnlyList<StateTransactionRequest> operations, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ThrowIfEmpty(operations, nameof(operations));
        var request = new Protos.ExecuteStateTransactionRequest { StoreName = storeName };
        Fill(request.Metadata, metadata);
        foreach (var operation in operations)
        {
            request.Operations.Add(new Protos.TransactionalStateOperation
            {
                OperationType = operation.OperationType == StateOperationType.Delete ? "delete" : "upsert",
                Request = StateItemOf(operation.Key, operation.Value is { } value ? UnsafeByteOperations.UnsafeWrap(value) : null, operation.ETag, operation.Options, operation.Metadata),
            });
        }

        await AskAsync(StateMethods.Transact, request, StateFailed, cancellationToken);
    }

    private ValueTask<Protos.GetStateResponse> ReadStateAsync(string storeName, string key, ConsistencyMode? consistency, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        var request = new Protos.GetStateRequest { StoreName = storeName, Key = key, Consistency = StateMethods.ConsistencyOf(consistency) };
        Fill(request.Metadata, metadata);
        return AskAsync(StateMethods.Get, request, StateFailed, cancellationToken);
    }

    private ValueTask<Empty> SaveAsync(string storeName, Protos.StateItem item, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        return AskAsync(StateMethods.Save, new Protos.SaveStateRequest { StoreName = storeName, States = { item } }, StateFailed, cancellationToken);
    }

    private ValueTask<Empty> DeleteAsync(string storeName, string key, string? etag, StateOptions? options, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        var request = new Protos.DeleteStateRequest { StoreName = storeName, Key = key, Options = StateMethods.OptionsOf(options) };
        Fill(request.Metadata, metadata);
        if (etag is not null)
        {
            request.Etag = new Protos.Etag { Value = etag };
        }

        return AskAsync(StateMethods.Delete, request, StateFailed, cancellationToken);
    }

    private static Protos.StateItem StateItemOf(string key, ByteString? value, string? etag, StateOptions? options, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var item = new Protos.StateItem { Key = key, Options = StateMethods.OptionsOf(options) };
        Fill(item.Metadata, metadata);
        if (value is not null)
        {
            item.Value = value;
        }

        if (etag is not null)
        {
            item.Etag = new Protos.Etag { Value = etag };
        }

        return item;
    }
}
