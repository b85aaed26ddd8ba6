using Sidecar.Errors;
using Sidecar.Http;
using Sidecar.Json;

namespace Sidecar.State;

/// <summary>The state API over HTTP.</summary>
public sealed class StateHttp(StateApi api)
{
    private const string Version = "v1.0";
    private const string Group = "state";

    public IEnumerable<ApiRoute> Routes =>
    [
        new("GET", Version, "state/{store}/{key}", Group, GetAsync),
        new("POST PUT", Version, "state/{store}", Group, SaveAsync),
        new("DELETE", Version, "state/{store}/{key}", Group, DeleteAsync),
        new("POST PUT", Version, "state/{store}/bulk", Group, BulkGetAsync),
        new("POST PUT", Version, "state/{store}/transaction", Group, TransactAsync),
        new("POST PUT", "v1.0-alpha1", "state/{store}/query", Group, QueryAsync),
    ];

    private async ValueTask GetAsync(HttpCall call)
    {
        var store = api.Find(call["store"]);
        var key = LegalKey(store, call["key"]);
        var item = await api.GetAsync(store, new StateRead(key, call.Query("consistency"), call.Metadata()), call.Cancellation);
        if (item is null)
        {
            call.Empty();
            return;
        }

        var headers = call.Context.Response.Headers;
        if (item.ETag is not null)
        {
            headers.ETag = item.ETag;
        }

        if (item.Metadata is not null)
        {
            foreach (var (name, value) in item.Metadata)
            {
                headers[$"metadata.{name}"] = value;
            }
        }

        await call.Json(item.Data);
    }

    private async ValueTask SaveAsync(HttpCall call)
    {
        var store = api.Find(call["store"]);
        var writes = await ReadAsync(call, StateBodies.Save, StateErrors.Malformed400);
        var metadata = call.Metadata();
        for (var i = 0; i < writes.Count; i++)
        {
            if (writes[i].Key.Length == 0)
            {
                throw StateErrors.KeyRequired();
            }

            LegalKey(store, writes[i].Key);
            if (metadata.Count > 0)
            {
                writes[i] = writes[i] with { Metadata = StateBodies.Merge(writes[i].Metadata, metadata) };
            }
        }

        if (writes.Count > 0)
        {
            await api.SaveAsync(store, writes, call.Cancellation);
        }

        call.Empty();
    }

    private async ValueTask DeleteAsync(HttpCall call)
    {
        var store = api.Find(call["store"]);
        var delete = new StateWrite(LegalKey(store, call["key"]))
        {
            IsDelete = true,
            ETag = call.Context.Request.Headers.IfMatch is [var etag, ..] ? etag : null,
            Concurrency = call.Query("concurrency"),
            Consistency = call.Query("consistency"),
            Metadata = call.Metadata(),
        };
        await api.DeleteAsync(store, delete, call.Cancellation);
        call.Empty();
    }

    private async ValueTask BulkGetAsync(HttpCall call)
    {
        var store = api.Find(call["store"]);
        var request = await ReadAsync(call, StateBodies.BulkGet, StateErrors.MalformedBody);
        foreach (var key in request.Keys)
        {
            LegalKey(store, key);
        }

        var metadata = StateBodies.Merge(request.Metadata, call.Metadata());
        var items = await api.GetManyAsync(store, request.Keys, request.Parallelism, metadata, call.Cancellation);
        await (TryAnswer(items, out var json) ? call.Json(json) : call.Json(ReadOnlyMemory<byte>.Empty));
    }

    private async ValueTask TransactAsync(HttpCall call)
    {
        var store = api.Find(call["store"]);
        StateApi.RequireTransactions(store);
        using var body = await ReadAsync(call, TransactionBody.Read, StateErrors.MalformedBody);
        var metadata = call.Metadata();
        var writes = new List<StateWrite>(body.Operations.Count);
        foreach (var operation in body.Operations)
        {
            var write = operation.Operation is "upsert" or "delete"
                ? Bind(() => TransactionRequest.Read(operation), StateErrors.MalformedBody)
                : throw StateErrors.UnknownOperation(operation.Operation);
            if (!StateKeys.IsLegal(write.Key))
            {
                throw StateErrors.IllegalKey(store.Name, write.Key, isHttp: true, field: "");
            }

            writes.Add(metadata.Count > 0 ? write with { Metadata = StateBodies.Merge(write.Metadata, metadata) } : write);
        }

        if (writes.Count > 0)
        {
            await api.TransactAsync(store, writes, call.Cancellation);
        }

        call.Empty();
    }

    private ValueTask QueryAsync(HttpCall call) => throw StateErrors.Query(api.Find(call["store"]));

    /// <summary>False when a value is not JSON, which ends the answer before it began, as in Dapr.</summary>
    private static bool TryAnswer(IReadOnlyList<BulkStateItem> items, out GoJsonWriter json)
    {
        json = new GoJsonWriter();
        json.BeginArray();
        foreach (var (key, item, error) in items)
        {
            json.BeginObject();
            json.Property("key", key);
            if (error is { Length: > 0 })
            {
                json.Property("error", error);
            }
            else if (item is not null)
            {
                if (!TryWriteData(json, item.Data))
                {
                    return false;
                }

                if (item.ETag is not null)
                {
                    json.Property("etag", item.ETag);
                }

                if (item.Metadata is { Count: > 0 })
                {
                    json.Name("metadata");
                    json.Map(item.Metadata);
                }
            }

            json.EndObject();
        }

        json.EndArray();
        return true;
    }

    private static bool TryWriteData(GoJsonWriter json, ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty)
        {
            return true;
        }

        if (!GoJson.IsValid(data.Span))
        {
            return false;
        }

        json.Name("data");
        json.Compact(data.Span);
        return true;
    }

    private static async ValueTask<T> ReadAsync<T>(HttpCall call, Func<ReadOnlyMemory<byte>, T> bind, Func<string, ApiException> refuse)
    {
        ReadOnlyMemory<byte> body;
        try
        {
            body = await call.ReadBodyAsync();
        }
        catch (BodyTooLargeException problem)
        {
            throw refuse(problem.Message);
        }

        return Bind(() => bind(body), refuse);
    }

    private static T Bind<T>(Func<T> bind, Func<string, ApiException> refuse)
    {
        try
        {
            return bind();
        }
        catch (GoJsonException problem)
        {
            throw refuse(problem.Message);
        }
    }

    private static string LegalKey(StateComponent store, string key) =>
        StateKeys.IsLegal(key) ? key : throw StateErrors.IllegalKey(store.Name, key, isHttp: true);
}
