using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Json;
using Sidecar.Protos;
using Consistency = Sidecar.Protos.StateOptions.Types.StateConsistency;

namespace Sidecar.State;

/// <summary>The state API over gRPC: bytes stay bytes, and every refusal carries its code in an ErrorInfo.</summary>
public sealed class StateGrpc(StateApi api)
{
    private static readonly Empty Nothing = new();

    public void Register(GrpcMethods methods)
    {
        methods.Unary(GrpcMethods.Dapr + "GetState", GetStateRequest.Parser, Rich<GetStateRequest, GetStateResponse>(GetAsync));
        methods.Unary(GrpcMethods.Dapr + "GetBulkState", GetBulkStateRequest.Parser, Rich<GetBulkStateRequest, GetBulkStateResponse>(GetManyAsync));
        methods.Unary(GrpcMethods.Dapr + "SaveState", SaveStateRequest.Parser, Rich<SaveStateRequest, Empty>(SaveAsync));
        methods.Unary(GrpcMethods.Dapr + "DeleteState", DeleteStateRequest.Parser, Rich<DeleteStateRequest, Empty>(DeleteAsync));
        methods.Unary(GrpcMethods.Dapr + "DeleteBulkState", DeleteBulkStateRequest.Parser, Rich<DeleteBulkStateRequest, Empty>(DeleteManyAsync));
        methods.Unary(GrpcMethods.Dapr + "ExecuteStateTransaction", ExecuteStateTransactionRequest.Parser, Rich<ExecuteStateTransactionRequest, Empty>(TransactAsync));
        methods.Unary(GrpcMethods.Dapr + "QueryStateAlpha1", QueryStateRequest.Parser, Rich<QueryStateRequest, QueryStateResponse>(QueryAsync));
    }

    private async ValueTask<GetStateResponse> GetAsync(GetStateRequest request, GrpcCall call)
    {
        var store = api.Find(request.StoreName);
        var item = await api.GetAsync(store, new StateRead(LegalKey(store, request.Key), Word(request.Consistency), request.Metadata), call.Cancellation);
        var answer = new GetStateResponse();
        if (item is not null)
        {
            answer.Data = UnsafeByteOperations.UnsafeWrap(item.Data);
            answer.Etag = item.ETag ?? "";
            Copy(item.Metadata, answer.Metadata);
        }

        return answer;
    }

    private async ValueTask<GetBulkStateResponse> GetManyAsync(GetBulkStateRequest request, GrpcCall call)
    {
        var store = api.Find(request.StoreName);
        foreach (var key in request.Keys)
        {
            LegalKey(store, key);
        }

        IReadOnlyList<BulkStateItem> items;
        try
        {
            items = await api.GetManyAsync(store, request.Keys, request.Parallelism, request.Metadata, call.Cancellation);
        }
        catch (ApiException problem) when (problem.Code == "ERR_STATE_BULK_GET")
        {
            // The one failure that Dapr hands on as the store said it, without a code of its own.
            throw new GrpcException(GrpcCode.Unknown, problem.Message, inner: problem);
        }

        var answer = new GetBulkStateResponse();
        foreach (var (key, item, error) in items)
        {
            var entry = new Protos.BulkStateItem { Key = key, Error = error ?? "" };
            if (item is not null)
            {
                entry.Data = UnsafeByteOperations.UnsafeWrap(item.Data);
                entry.Etag = item.ETag ?? "";
                Copy(item.Metadata, entry.Metadata);
            }

            answer.Items.Add(entry);
        }

        return answer;
    }

    private async ValueTask<Empty> SaveAsync(SaveStateRequest request, GrpcCall call)
    {
        var store = api.Find(request.StoreName);
        var writes = new StateWrite[request.States.Count];
        for (var i = 0; i < writes.Length; i++)
        {
            var item = request.States[i];
            if (item.Key.Length == 0)
            {
                throw new ApiException(400, GrpcCode.InvalidArgument, "ERR_STATE_SAVE", "state key cannot be empty");
            }

            var isJson = item.Metadata.TryGetValue("contentType", out var contentType) && contentType == "application/json";
            LegalKey(store, item.Key);
            writes[i] = Write(item, isDelete: false) with { Value = isJson ? Decoded(item.Value) : new StateValue(item.Value.Memory, IsJson: false) };
        }

        if (writes.Length > 0)
        {
            await api.SaveAsync(store, writes, call.Cancellation);
        }

        return Nothing;
    }

    private async ValueTask<Empty> DeleteAsync(DeleteStateRequest request, GrpcCall call)
    {
        var store = api.Find(request.StoreName);
        var delete = new StateWrite(LegalKey(store, request.Key))
        {
            IsDelete = true,
            ETag = request.Etag?.Value,
            Concurrency = Word(request.Options),
            Consistency = Word(request.Options?.Consistency),
            Metadata = request.Metadata,
        };
        await api.DeleteAsync(store, delete, call.Cancellation);
        return Nothing;
    }

    private async ValueTask<Empty> DeleteManyAsync(DeleteBulkStateRequest request, GrpcCall call)
    {
        var store = api.Find(request.StoreName);
        var deletes = new StateWrite[request.States.Count];
        for (var i = 0; i < deletes.Length; i++)
        {
            LegalKey(store, request.States[i].Key);
            deletes[i] = Write(request.States[i], isDelete: true);
        }

        if (deletes.Length > 0)
        {
            await api.DeleteManyAsync(store, deletes, call.Cancellation);
        }

        return Nothing;
    }

    private async ValueTask<Empty> TransactAsync(ExecuteStateTransactionRequest request, GrpcCall call)
    {
        var store = api.Find(request.StoreName);
        StateApi.RequireTransactions(store);
        var writes = new StateWrite[request.Operations.Count];
        for (var i = 0; i < writes.Length; i++)
        {
            var operation = request.Operations[i];
            var item = operation.Request ?? new Protos.StateItem();
            LegalKey(store, item.Key);
            writes[i] = operation.OperationType switch
            {
                "upsert" => Write(item, isDelete: false) with { Value = new StateValue(item.Value.Memory, IsJson: false) },
                "delete" => Write(item, isDelete: true),
                var unknown => throw StateErrors.UnknownOperation(unknown),
            };
        }

        if (writes.Length > 0)
        {
            await api.TransactAsync(store, writes, call.Cancellation);
        }

        return Nothing;
    }

    private ValueTask<QueryStateResponse> QueryAsync(QueryStateRequest request, GrpcCall call) =>
        throw StateErrors.Query(api.Find(request.StoreName));

    private static StateWrite Write(Protos.StateItem item, bool isDelete) => new(item.Key)
    {
        IsDelete = isDelete,
        ETag = item.Etag?.Value,
        Concurrency = Word(item.Options),
        Consistency = Word(item.Options?.Consistency),
        Metadata = item.Metadata,
    };

    /// <summary>A value that says it is JSON is decoded before a store sees it, as it is over HTTP.</summary>
    private static StateValue Decoded(ByteString value)
    {
        try
        {
            using var document = GoJson.DecodeWhole(value.Memory);
            return new StateValue(GoJson.Normalize(document.RootElement), IsJson: true);
        }
        catch (GoJsonException problem)
        {
            throw new GrpcException(GrpcCode.Unknown, problem.Message, inner: problem);
        }
    }

    private static string LegalKey(StateComponent store, string key) =>
        StateKeys.IsLegal(key) ? key : throw StateErrors.IllegalKey(store.Name, key, isHttp: false);

    private static string Word(Consistency? consistency) => consistency switch
    {
        Consistency.ConsistencyEventual => "eventual",
        Consistency.ConsistencyStrong => "strong",
        _ => "",
    };

    private static string Word(Protos.StateOptions? options) => options?.Concurrency switch
    {
        Protos.StateOptions.Types.StateConcurrency.ConcurrencyFirstWrite => "first-write",
        Protos.StateOptions.Types.StateConcurrency.ConcurrencyLastWrite => "last-write",
        _ => "",
    };

    private static void Copy(IReadOnlyDictionary<string, string>? metadata, Google.Protobuf.Collections.MapField<string, string> answer)
    {
        if (metadata is not null)
        {
            foreach (var (name, value) in metadata)
            {
                answer.Add(name, value);
            }
        }
    }

    /// <summary>What HTTP says with a bare code has details here, and the app's id, which it knows, is left out.</summary>
    private static UnaryHandler<TRequest, TResponse> Rich<TRequest, TResponse>(UnaryHandler<TRequest, TResponse> handler) => async (request, call) =>
    {
        try
        {
            return await handler(request, call);
        }
        catch (ApiException error) when (error.Details is [] or [ErrorInfo { Metadata: not null }])
        {
            var reason = error.Details is [ErrorInfo info] ? info.Reason : error.Code;
            throw GrpcErrors.Of(error.GrpcCode, error.Message, new ErrorInfo(reason));
        }
    };
}
