using System.Globalization;

namespace Sidecar.Json;

/// <summary>A 64-bit float in the text form of Go's encoding/json.</summary>
public static class GoNumber
{
    /// <summary>Below ten to this power Go's %v prints no exponent.</summary>
    private const int PlainBelow = 6;

    public static string Format(double value)
    {
        if (value == 0)
        {
            return double.IsNegative(value) ? "-0" : "0";
        }

        var (negative, digits, exponent) = Shortest(value);
        var magnitude = Math.Abs(value);
        var text = magnitude is < 1e-6 or >= 1e21 ? Scientific(digits, exponent) : Positional(digits, exponent);
        return negative ? "-" + text : text;
    }

    /// <summary>The shortest digits that round-trip, and where the decimal point belongs: 0.d1d2d3 × 10^exponent.</summary>
    public static (bool Negative, string Digits, int Exponent) Shortest(double value)
    {
        var roundTrip = value.ToString("R", CultureInfo.InvariantCulture);
        var negative = roundTrip[0] == '-';
        var body = negative ? roundTrip[1..] : roundTrip;
        var mark = body.IndexOf('E', StringComparison.Ordinal);
        var scale = mark < 0 ? 0 : int.Parse(body.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = mark < 0 ? body : body[..mark];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? "" : mantissa[(point + 1)..];
        var all = (whole + fraction).TrimStart('0');
        var leadingZeros = whole.Length + fraction.Length - all.Length;
        return (negative, all.TrimEnd('0'), whole.Length - leadingZeros + scale);
    }

    private static string Positional(string digits, int exponent)
    {
        if (exponent <= 0)
        {
            return "0." + new string('0', -exponent) + digits;
        }

        return exponent >= digits.Length
            ? digits + new string('0', exponent - digits.Length)
            : digits[..exponent] + "." + digits[exponent..];
    }

    private static string Scientific(string digits, int exponent)
    {
        var power = exponent - 1;
        var sign = power < 0 ? '-' : '+';
        var mantissa = digits.Length == 1 ? digits : digits[..1] + "." + digits[1..];
        var size = Math.Abs(power);
        // Go writes two digits of a positive exponent, and drops the zero of a single-digit negative one.
        return power > 0 && size < 10 ? $"{mantissa}e{sign}0{size}" : $"{mantissa}e{sign}{size}";
    }

    /// <summary>As Go's %v prints it.</summary>
    public static string Print(double value)
    {
        if (value == 0)
        {
            return double.IsNegative(value) ? "-0" : "0";
        }

        var (negative, digits, point) = Shortest(value);
        var exponent = point - 1;
        var text = exponent is < -4 or >= PlainBelow
            ? $"{digits[..1]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}"
            : point <= 0 ? $"0.{new string('0', -point)}{digits}"
            : digits.Length <= point ? digits.PadRight(point, '0')
            : $"{digits[..point]}.{digits[point..]}";
        return negative ? $"-{text}" : text;
    }
}
