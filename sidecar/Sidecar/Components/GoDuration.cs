using System.Globalization;

namespace Sidecar.Components;

/// <summary>Durations as Go writes them: 300ms, 1.5h, 2h45m, -5s.</summary>
public static class GoDuration
{
    private static readonly Dictionary<string, double> Units = new(StringComparer.Ordinal)
    {
        ["ns"] = 1e-9, ["us"] = 1e-6, ["µs"] = 1e-6, ["μs"] = 1e-6, ["ms"] = 1e-3, ["s"] = 1, ["m"] = 60, ["h"] = 3600,
    };

    /// <summary>A number without a unit counts <paramref name="bareUnit"/>s, where the setting allows one at all.</summary>
    public static bool TryParse(string text, TimeSpan? bareUnit, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var rest = text.AsSpan().Trim();
        if (bareUnit is { } unit && double.TryParse(rest, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var bare))
        {
            return TryMake(bare * unit.TotalSeconds, out duration);
        }

        var negative = rest is ['-', ..];
        if (rest is ['-' or '+', ..])
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return true;
        }

        var seconds = 0.0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..];
            var letters = rest.IndexOfAny("0123456789.");
            var name = (letters < 0 ? rest : rest[..letters]).ToString();
            if (!Units.TryGetValue(name, out var size))
            {
                return false;
            }

            seconds += number * size;
            rest = rest[name.Length..];
        }

        return text.AsSpan().Trim().Length > (negative ? 1 : 0) && TryMake(negative ? -seconds : seconds, out duration);
    }

    /// <summary>As Go prints it: 1h0m0.5s, 1.5s, 500ms, 0s.</summary>
    public static string Text(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            return "-" + Text(duration.Negate());
        }

        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        if (duration < TimeSpan.FromSeconds(1))
        {
            return duration < TimeSpan.FromMilliseconds(1) ? Fraction(duration.TotalMicroseconds, "µs") : Fraction(duration.TotalMilliseconds, "ms");
        }

        var (hours, minutes) = ((long)duration.TotalHours, duration.Minutes);
        var seconds = Fraction((duration.Ticks % TimeSpan.TicksPerMinute) / (double)TimeSpan.TicksPerSecond, "s");
        return hours > 0 ? $"{hours}h{minutes}m{seconds}" : minutes > 0 ? $"{minutes}m{seconds}" : seconds;
    }

    private static string Fraction(double number, string unit) => number.ToString("0.#########", CultureInfo.InvariantCulture) + unit;

    private static bool TryMake(double seconds, out TimeSpan duration)
    {
        if (Math.Abs(seconds) > TimeSpan.MaxValue.TotalSeconds / 2)
        {
            duration = TimeSpan.Zero;
            return false;
        }

        duration = TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        return true;
    }
}
