using System.Text.Json;

namespace Sidecar.Testing.Boundary;

/// <summary>Reads what an HTTP request is about.</summary>
internal static class HttpSubject
{
    public static CallSubject Read(CallRequest request)
    {
        var target = request.Target.Split('?')[0];
        var parts = target.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        return parts switch
        {
            [_, "state", var store, "transaction"] when request.Method != "GET" => CallSubject.Writing(Call.ExecuteStateTransaction, store, Writes(request, "operations", "request")),
            [_, "state", var store, "bulk"] when request.Method != "GET" => new(Call.GetBulkState, store) { Keys = Read(request, "keys", entry => entry.GetString() ?? "") },
            [_, "state", var store, "query"] when request.Method != "GET" => new(Call.QueryState, store),
            [_, "state", var store] => CallSubject.Writing(Call.SaveState, store, Writes(request)),
            [_, "state", var store, var key] when request.Method == "DELETE" => CallSubject.Writing(Call.DeleteState, store, [new Written(key, null)]),
            [_, "state", var store, var key] => new(Call.GetState, store) { Keys = [key] },
            [_, "publish", "bulk", var broker, .. var topic] => new(Call.BulkPublishEvent, broker, string.Join('/', topic)),
            [_, "publish", var broker, .. var topic] => new(Call.PublishEvent, broker, string.Join('/', topic)),
            [_, "invoke", var app, "method", .. var method] => new(Call.InvokeService, app) { Keys = [string.Join('/', method)] },
            [_, "bindings", var binding] => new(Call.InvokeBinding, binding),
            [_, "secrets", var store, "bulk"] => new(Call.GetBulkSecret, store),
            [_, "secrets", var store, var key] => new(Call.GetSecret, store) { Keys = [key] },
            [_, "metadata"] => new(Call.GetMetadata),
            [_, "metadata", var key] => new(Call.SetMetadata) { Keys = [key] },
            [_, "healthz", ..] => new(Call.Healthz),
            [_, "shutdown"] => new(Call.Shutdown),
            _ => new(target),
        };
    }

    private static IReadOnlyList<Written> Writes(CallRequest request, string? list = null, string? item = null) =>
        Read(request, list, entry => Write(entry, item is null ? entry : entry.GetProperty(item)));

    private static Written Write(JsonElement operation, JsonElement item)
    {
        var key = item.GetProperty("key").GetString() ?? "";
        var isDeletion = operation.TryGetProperty("operation", out var kind) && kind.GetString() == "delete";
        return isDeletion || !item.TryGetProperty("value", out var value) ? new Written(key, null) : new Written(key, JsonSerializer.SerializeToUtf8Bytes(value));
    }

    private static IReadOnlyList<T> Read<T>(CallRequest request, string? list, Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(request.Body);
            var entries = list is null ? json.RootElement : json.RootElement.GetProperty(list);
            return [.. entries.EnumerateArray().Select(read)];
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // The sidecar will say what is wrong with it.
            return [];
        }
    }
}
