using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.State;

/// <summary>
/// One request of a transaction, put into fields by another library of Dapr than a save's: with other words for what does not fit,
/// and with all of them at once.
/// </summary>
internal sealed class TransactionRequest
{
    private static readonly StateValue NullValue = new("null"u8.ToArray(), IsJson: true);
    private readonly List<string> problems = [];
    private StateWrite write;

    private TransactionRequest(bool isDelete) => write = new StateWrite("") { IsDelete = isDelete, Value = NullValue };

    public static StateWrite Read(TransactionOperation operation)
    {
        var request = new TransactionRequest(operation.Operation == "delete");
        switch (operation.Request.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                break;
            case JsonValueKind.Object:
                request.Fill(operation.Request);
                break;
            default:
                throw new GoJsonException($"'' expected a map, got '{GoKind(operation.Request)}'");
        }

        return request.write;
    }

    private void Fill(JsonElement fields)
    {
        foreach (var field in fields.EnumerateObject())
        {
            Set(field);
        }

        if (problems.Count > 0)
        {
            problems.Sort(StringComparer.Ordinal);
            throw new GoJsonException($"{problems.Count} error(s) decoding:\n\n{string.Join('\n', problems.Select(problem => "* " + problem))}");
        }
    }

    private void Set(JsonProperty field)
    {
        if (field.Is("key"))
        {
            write = write with { Key = Text(field.Value, "Key") ?? "" };
        }
        else if (field.Is("etag"))
        {
            write = write with { ETag = Text(field.Value, "ETag") };
        }
        else if (field.Is("metadata"))
        {
            write = write with { Metadata = Metadata(field.Value) };
        }
        else if (field.Is("options"))
        {
            SetOptions(field.Value);
        }
        else if (field.Is("value") && !write.IsDelete)
        {
            write = write with { Value = new(GoJson.Normalize(field.Value), IsJson: true) };
        }
        else if (field.Is("contentType") && !write.IsDelete)
        {
            write = write with { ContentType = Text(field.Value, "ContentType") };
        }
    }

    private void SetOptions(JsonElement options)
    {
        if (!IsMap(options, "Options"))
        {
            return;
        }

        foreach (var option in options.EnumerateObject())
        {
            if (option.Is("concurrency"))
            {
                write = write with { Concurrency = Text(option.Value, "Options.Concurrency") ?? "" };
            }
            else if (option.Is("consistency"))
            {
                write = write with { Consistency = Text(option.Value, "Options.Consistency") ?? "" };
            }
        }
    }

    private Dictionary<string, string>? Metadata(JsonElement value)
    {
        if (!IsMap(value, "Metadata"))
        {
            return null;
        }

        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            map[member.Name] = Text(member.Value, $"Metadata[{member.Name}]") ?? "";
        }

        return map;
    }

    private bool IsMap(JsonElement value, string field)
    {
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            problems.Add($"'{field}' expected a map, got '{GoKind(value)}'");
        }

        return value.ValueKind == JsonValueKind.Object;
    }

    private string? Text(JsonElement value, string field)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return GoJson.Text(value);
            case JsonValueKind.Null:
                return null;
            default:
                problems.Add($"'{field}' expected type 'string', got unconvertible type '{GoType(value)}', value: '{GoValue.Print(value)}'");
                return null;
        }
    }

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
