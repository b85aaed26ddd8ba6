using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.State;

internal sealed record TransactionOperation(string Operation, JsonElement Request);

/// <summary>
/// The body of a transaction. Its requests are decoded into plain values first and put into fields afterwards, by another library of
/// Dapr than the save's, with other words for what does not fit.
/// </summary>
internal sealed class TransactionBody : IDisposable
{
    private readonly JsonDocument json;

    private TransactionBody(JsonDocument json, List<TransactionOperation> operations)
    {
        this.json = json;
        Operations = operations;
    }

    public IReadOnlyList<TransactionOperation> Operations { get; }

    public static TransactionBody Read(ReadOnlyMemory<byte> body)
    {
        var document = GoJson.Decode(body);
        var operations = new List<TransactionOperation>();
        if (document.RootElement.ValueKind != JsonValueKind.Null)
        {
            GoBinder.Require(document.RootElement, JsonValueKind.Object, "", "http.stateTransactionRequestBody");
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Is("operations"))
                {
                    ReadOperations(member.Value, operations);
                }
                else if (member.Is("metadata"))
                {
                    GoBinder.Map(member.Value, "stateTransactionRequestBody.metadata");
                }
            }
        }

        return new TransactionBody(document, operations);
    }

    public static StateWrite Request(TransactionOperation operation, bool isDelete)
    {
        var write = new StateWrite("") { IsDelete = isDelete, Value = new("null"u8.ToArray(), IsJson: true) };
        if (operation.Request.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return write;
        }

        if (operation.Request.ValueKind != JsonValueKind.Object)
        {
            throw new GoJsonException($"'' expected a map, got '{GoType(operation.Request)}'");
        }

        foreach (var member in operation.Request.EnumerateObject())
        {
            write = SetField(write, member);
        }

        return write;
    }

    public void Dispose() => json.Dispose();

    private static void ReadOperations(JsonElement value, List<TransactionOperation> operations)
    {
        operations.Clear();
        if (value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        GoBinder.Require(value, JsonValueKind.Array, "stateTransactionRequestBody.operations", "[]http.stateTransactionRequestBodyOperation");
        foreach (var item in value.EnumerateArray())
        {
            var operation = new TransactionOperation("", default);
            if (item.ValueKind != JsonValueKind.Null)
            {
                GoBinder.Require(item, JsonValueKind.Object, "stateTransactionRequestBody.operations", "http.stateTransactionRequestBodyOperation");
                foreach (var member in item.EnumerateObject())
                {
                    operation = member.Is("operation")
                        ? operation with { Operation = GoBinder.String(member.Value, "stateTransactionRequestBody.operations.operation") }
                        : member.Is("request") ? operation with { Request = member.Value } : operation;
                }
            }

            operations.Add(operation);
        }
    }

    private static StateWrite SetField(StateWrite write, JsonProperty member)
    {
        if (member.Is("key"))
        {
            return write with { Key = String(member.Value, "Key") ?? "" };
        }

        if (member.Is("etag"))
        {
            return write with { ETag = String(member.Value, "ETag") };
        }

        if (member.Is("metadata"))
        {
            return write with { Metadata = Map(member.Value, "Metadata") };
        }

        if (member.Is("value") && !write.IsDelete)
        {
            return write with { Value = new(GoJson.Normalize(member.Value), IsJson: true) };
        }

        if (member.Is("contentType") && !write.IsDelete)
        {
            return write with { ContentType = String(member.Value, "ContentType") };
        }

        return member.Is("options") ? SetOptions(write, member.Value) : write;
    }

    private static StateWrite SetOptions(StateWrite write, JsonElement options)
    {
        foreach (var (name, value) in Map(options, "Options") ?? [])
        {
            if (name.Equals("concurrency", StringComparison.OrdinalIgnoreCase))
            {
                write = write with { Concurrency = value };
            }
            else if (name.Equals("consistency", StringComparison.OrdinalIgnoreCase))
            {
                write = write with { Consistency = value };
            }
        }

        return write;
    }

    private static string? String(JsonElement value, string field) => value.ValueKind switch
    {
        JsonValueKind.String => GoJson.Text(value),
        JsonValueKind.Null => null,
        _ => throw Mismatch($"'{field}' expected type 'string', got unconvertible type '{GoType(value)}', value: '{GoValue.Print(value)}'"),
    };

    private static Dictionary<string, string>? Map(JsonElement value, string field)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Mismatch($"'{field}' expected a map, got '{GoKind(value)}'");
        }

        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            map[member.Name] = String(member.Value, $"{field}[{member.Name}]") ?? "";
        }

        return map;
    }

    private static GoJsonException Mismatch(string problem) => new($"1 error(s) decoding:\n\n* {problem}");

    private static string GoType(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => "float64",
        JsonValueKind.Object => "map[string]interface {}",
        JsonValueKind.Array => "[]interface {}",
        JsonValueKind.String => "string",
        _ => "bool",
    };

    private static string GoKind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "map",
        JsonValueKind.Array => "slice",
        _ => GoType(value),
    };
}
