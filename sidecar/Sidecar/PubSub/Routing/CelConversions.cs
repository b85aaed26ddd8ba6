using System.Globalization;
using System.Text;
using Sidecar.Components;

namespace Sidecar.PubSub.Routing;

/// <summary>From one type to another, where the value has a counterpart there.</summary>
internal static class CelConversions
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static object? Int(object? value) => value switch
    {
        long => value,
        ulong number => number <= long.MaxValue ? (long)number : OutOfRange,
        double number => number is > -9223372036854775808.0 and < 9223372036854775808.0 ? (long)number : OutOfRange,
        string text => long.TryParse(text, NumberStyles.AllowLeadingSign, Invariant, out var number) ? number : NoNumber(text),
        DateTimeOffset time => time.ToUnixTimeSeconds(),
        TimeSpan duration => duration.Ticks * 100,
        _ => CelError.NoSuchOverload,
    };

    public static object? Uint(object? value) => value switch
    {
        ulong => value,
        long number => number >= 0 ? (ulong)number : OutOfRange,
        double number => number is >= 0 and < 18446744073709551616.0 ? (ulong)number : OutOfRange,
        string text => ulong.TryParse(text, NumberStyles.None, Invariant, out var number) ? number : NoNumber(text),
        _ => CelError.NoSuchOverload,
    };

    public static object? Double(object? value) => value switch
    {
        double => value,
        long number => (double)number,
        ulong number => (double)number,
        string text => double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, Invariant, out var number) ? number : NoNumber(text),
        _ => CelError.NoSuchOverload,
    };

    public static object? String(object? value) => value switch
    {
        string => value,
        bool yes => yes ? "true" : "false",
        long number => number.ToString(Invariant),
        ulong number => number.ToString(Invariant),
        double number => Shortest(number),
        byte[] bytes => Utf8(bytes),
        DateTimeOffset time => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", Invariant),
        TimeSpan duration => duration.TotalSeconds.ToString("0.#########", Invariant) + "s",
        _ => CelError.NoSuchOverload,
    };

    public static object? Bool(object? value) => value switch
    {
        bool => value,
        "1" or "t" or "T" or "TRUE" or "true" or "True" => true,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => false,
        string text => new CelError($"'{text}' is no truth value"),
        _ => CelError.NoSuchOverload,
    };

    public static object? Bytes(object? value) => value switch
    {
        byte[] => value,
        string text => Encoding.UTF8.GetBytes(text),
        _ => CelError.NoSuchOverload,
    };

    public static object? Timestamp(object? value) => value switch
    {
        DateTimeOffset => value,
        string text => Envelope.Rfc3339.TryParse(text, out var time) ? time : new CelError($"'{text}' is no timestamp"),
        long seconds and >= -62135596800 and <= 253402300799 => DateTimeOffset.FromUnixTimeSeconds(seconds),
        long => OutOfRange,
        _ => CelError.NoSuchOverload,
    };

    public static object? Duration(object? value) => value switch
    {
        TimeSpan => value,
        string text => GoDuration.TryParse(text, bareUnit: null, out var duration) ? duration : new CelError($"'{text}' is no duration"),
        _ => CelError.NoSuchOverload,
    };

    private static CelError OutOfRange { get; } = new("range error");

    private static CelError NoNumber(string text) => new($"'{text}' is no number");

    private static object Utf8(byte[] bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : new CelError("invalid UTF-8 in bytes, cannot convert to string");

    /// <summary>The shortest text that reads back the same, with an exponent below 1e-4 and from 1e+06 on: Go's %g.</summary>
    private static string Shortest(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
        }

        if (number == 0 || Math.Abs(number) is >= 1e-4 and < 1e6)
        {
            return number.ToString("R", Invariant);
        }

        var digits = 0;
        while (double.Parse(number.ToString($"E{digits}", Invariant), Invariant) != number)
        {
            digits++;
        }

        var scientific = number.ToString($"E{digits}", Invariant);
        var mark = scientific.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(scientific.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, Invariant);
        return $"{scientific[..mark]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }
}
