using System.Text;

namespace Sidecar.Json;

/// <summary>Texts as Go's fmt writes them.</summary>
public static class GoText
{
    /// <summary>As %q does.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\a' => quoted.Append("\\a"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\v' => quoted.Append("\\v"),
                < ' ' or 0x7f => quoted.Append($"\\x{rune.Value:x2}"),
                _ => Rune.IsControl(rune) ? quoted.Append($"\\u{rune.Value:x4}") : quoted.Append(rune),
            };
        }

        return quoted.Append('"').ToString();
    }
}
