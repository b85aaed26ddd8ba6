using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.Secrets;

/// <summary>What Go's %s makes of a value out of a JSON file: of all that is no text, a complaint.</summary>
internal static class GoFormat
{
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "%!s(bool=true)",
        JsonValueKind.False => "%!s(bool=false)",
        JsonValueKind.Null => "%!s(<nil>)",
        _ => $"%!s(float64={GoNumber.Print(value.GetDouble())})",
    };
}
