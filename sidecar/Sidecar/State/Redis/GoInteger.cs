using System.Globalization;
using System.Text;

namespace Sidecar.State.Redis;

/// <summary>Whole numbers as Go's strconv reads them, and its words for what is none.</summary>
internal static class GoInteger
{
    /// <param name="function">The name that stands in the reason: Atoi, ParseInt.</param>
    public static bool TryParse(string text, string function, out long value, out string reason)
    {
        reason = "";
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        var digits = text.StartsWith('-') || text.StartsWith('+') ? text.AsSpan(1) : text;
        var tooLarge = !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9');
        reason = $"strconv.{function}: parsing {Quote(text)}: {(tooLarge ? "value out of range" : "invalid syntax")}";
        return false;
    }

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
