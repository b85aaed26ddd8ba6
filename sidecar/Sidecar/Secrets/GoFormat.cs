using System.Globalization;
using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.Secrets;

/// <summary>What Go's %s makes of a value out of a JSON file: of all that is no text, a complaint.</summary>
internal static class GoFormat
{
    private const int PlainBelow = 6;

    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "%!s(bool=true)",
        JsonValueKind.False => "%!s(bool=false)",
        JsonValueKind.Null => "%!s(<nil>)",
        _ => $"%!s(float64={Float(value.GetDouble())})",
    };

    private static string Float(double value)
    {
        if (value == 0)
        {
            return double.IsNegative(value) ? "-0" : "0";
        }

        var (negative, digits, point) = GoNumber.Shortest(value);
        var exponent = point - 1;
        var text = exponent is < -4 or >= PlainBelow
            ? $"{digits[..1]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}"
            : point <= 0 ? $"0.{new string('0', -point)}{digits}"
            : digits.Length <= point ? digits.PadRight(point, '0')
            : $"{digits[..point]}.{digits[point..]}";
        return negative ? $"-{text}" : text;
    }
}
