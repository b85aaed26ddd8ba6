using System.Globalization;
using System.Text;

namespace Sidecar.State;

/// <summary>Whole numbers as Go's strconv reads them, with its words for what it cannot read: they are part of Dapr's errors.</summary>
internal static class GoInteger
{
    /// <param name="function">The name that stands in the problem: Atoi, ParseInt.</param>
    public static bool TryParse(string text, string function, out long value, out string problem)
    {
        var isRead = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        problem = isRead ? "" : Problem(text, text is ['+' or '-', ..] ? text.AsSpan(1) : text, function);
        return isRead;
    }

    public static bool TryParseUnsigned(string text, out uint value, out string problem)
    {
        var isRead = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        problem = isRead ? "" : Problem(text, text, "ParseUint");
        return isRead;
    }

    private static string Problem(string text, ReadOnlySpan<char> digits, string function) =>
        $"strconv.{function}: parsing {Quote(text)}: {(digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9') ? "invalid syntax" : "value out of range")}";

    /// <summary>A Go string literal.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
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
                _ when IsPrintable(rune) => quoted.Append(rune),
                < 0x10000 => quoted.Append($"\\u{rune.Value:x4}"),
                _ => quoted.Append($"\\U{rune.Value:x8}"),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is
        not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
