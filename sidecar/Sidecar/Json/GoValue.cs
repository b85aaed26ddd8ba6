using System.Text.Json;

namespace Sidecar.Json;

/// <summary>A decoded JSON value as Go's %v prints it, which is how some of Dapr's messages show one.</summary>
public static class GoValue
{
    public static string Print(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "map[" + string.Join(' ', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}:{Print(member.Value)}")) + "]",
        JsonValueKind.Array => "[" + string.Join(' ', value.EnumerateArray().Select(Print)) + "]",
        JsonValueKind.String => GoJson.Text(value),
        JsonValueKind.Number => GoNumber.Print(value.GetDouble()),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "<nil>",
    };
}
