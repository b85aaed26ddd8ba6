using System.Globalization;
using Sidecar.Json;

namespace Sidecar.Components;

/// <summary>Whole numbers as Go's strconv reads them, and its words for what is none.</summary>
public static class GoInteger
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
        reason = $"strconv.{function}: parsing {GoText.Quote(text)}: {(tooLarge ? "value out of range" : "invalid syntax")}";
        return false;
    }
}
