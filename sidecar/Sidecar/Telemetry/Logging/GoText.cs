using System.Globalization;
using System.Text;

namespace Sidecar.Telemetry.Logging;

/// <summary>Text as Go shows it between quotes: printable characters as they are, all others escaped.</summary>
public static class GoText
{
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            AppendEscaped(quoted, rune);
        }

        return quoted.Append('"').ToString();
    }

    public static void AppendEscaped(StringBuilder quoted, Rune rune)
    {
        switch (rune.Value)
        {
            case '"' or '\\':
                quoted.Append('\\').Append((char)rune.Value);
                break;
            case '\a':
                quoted.Append("\\a");
                break;
            case '\b':
                quoted.Append("\\b");
                break;
            case '\f':
                quoted.Append("\\f");
                break;
            case '\n':
                quoted.Append("\\n");
                break;
            case '\r':
                quoted.Append("\\r");
                break;
            case '\t':
                quoted.Append("\\t");
                break;
            case '\v':
                quoted.Append("\\v");
                break;
            default:
                AppendOther(quoted, rune);
                break;
        }
    }

    private static void AppendOther(StringBuilder quoted, Rune rune)
    {
        if (IsPrintable(rune))
        {
            quoted.Append(rune);
        }
        else if (rune.Value < ' ' || rune.Value == 0x7F)
        {
            quoted.Append("\\x").Append(rune.Value.ToString("x2"));
        }
        else
        {
            quoted.Append(rune.IsBmp ? "\\u" : "\\U").Append(rune.Value.ToString(rune.IsBmp ? "x4" : "x8"));
        }
    }

    /// <summary>Letters, marks, numbers, punctuation, symbols, and of all blanks the plain one.</summary>
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
