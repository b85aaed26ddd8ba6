using System.Text.Json;

namespace Sidecar.Json;

/// <summary>
/// Puts decoded JSON into typed fields as Go's encoding/json does: names match without case, null leaves a field as it was, another
/// type is an error in Go's words.
/// </summary>
public static class GoBinder
{
    public static string String(JsonElement value, string field) => value.ValueKind switch
    {
        JsonValueKind.String => GoJson.Text(value),
        JsonValueKind.Null => "",
        _ => throw Mismatch(value, field, "string"),
    };

    public static string? Pointer(JsonElement value, string field) => value.ValueKind == JsonValueKind.Null ? null : String(value, field);

    public static int Int(JsonElement value, string field)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return 0;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? (int)Math.Clamp(number, int.MinValue, int.MaxValue)
            : throw new GoJsonException($"json: cannot unmarshal {Kind(value)}{(value.ValueKind == JsonValueKind.Number ? " " + value.GetRawText() : "")} into {Into(field)} of type int");
    }

    public static Dictionary<string, string>? Map(JsonElement value, string field)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        Require(value, JsonValueKind.Object, field, "map[string]string");
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            map[member.Name] = String(member.Value, field);
        }

        return map;
    }

    public static List<string> Strings(JsonElement value, string field)
    {
        var items = new List<string>();
        if (value.ValueKind == JsonValueKind.Null)
        {
            return items;
        }

        Require(value, JsonValueKind.Array, field, "[]string");
        foreach (var item in value.EnumerateArray())
        {
            items.Add(String(item, field));
        }

        return items;
    }

    public static void Require(JsonElement value, JsonValueKind kind, string field, string goType)
    {
        if (value.ValueKind != kind)
        {
            throw Mismatch(value, field, goType);
        }
    }

    public static bool Is(this JsonProperty member, string name) => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A field without a name is the whole value.</summary>
    private static GoJsonException Mismatch(JsonElement value, string field, string goType) => new(
        field.Length == 0
            ? $"json: cannot unmarshal {Kind(value)} into Go value of type {goType}"
            : $"json: cannot unmarshal {Kind(value)} into {Into(field)} of type {goType}");

    private static string Into(string field) => $"Go struct field {field}";

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => "null",
    };
}
