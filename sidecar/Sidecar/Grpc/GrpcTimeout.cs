using System.Globalization;

namespace Sidecar.Grpc;

/// <summary>The grpc-timeout header: up to eight digits and a unit.</summary>
public static class GrpcTimeout
{
    private const int MostDigits = 8;

    /// <summary>Longer than a timer can wait: no deadline at all.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>False when the text is no timeout; then <paramref name="problem"/> says why.</summary>
    public static bool TryParse(string text, out TimeSpan? timeout, out string problem)
    {
        timeout = null;
        problem = "";
        if (text.Length < 2)
        {
            problem = $"transport: timeout string is too short: \"{text}\"";
            return false;
        }

        if (text.Length > MostDigits + 1)
        {
            problem = $"transport: timeout string is too long: \"{text}\"";
            return false;
        }

        double ticks = text[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 1.0 / TimeSpan.NanosecondsPerTick,
            _ => 0,
        };
        if (ticks == 0)
        {
            problem = $"transport: timeout unit is not recognized: \"{text}\"";
            return false;
        }

        if (!uint.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            problem = $"strconv.ParseUint: parsing \"{text[..^1]}\": invalid syntax";
            return false;
        }

        var wait = number * ticks;
        timeout = wait < Forever.Ticks ? TimeSpan.FromTicks((long)wait) : null;
        return true;
    }

    public static string Format(TimeSpan timeout)
    {
        const long Most = 99_999_999;
        var microseconds = Math.Max(0, timeout.Ticks / TimeSpan.TicksPerMicrosecond);
        if (microseconds <= Most)
        {
            return $"{microseconds}u";
        }

        var milliseconds = timeout.Ticks / TimeSpan.TicksPerMillisecond;
        return milliseconds <= Most ? $"{milliseconds}m" : $"{Math.Min(Most, timeout.Ticks / TimeSpan.TicksPerSecond)}S";
    }
}
