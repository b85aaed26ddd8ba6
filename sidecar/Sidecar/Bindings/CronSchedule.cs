using Sidecar.Components;
using Sidecar.State;

namespace Sidecar.Bindings;

/// <summary>When a clock strikes: by calendar (five or six fields, or a word such as @daily) or at a fixed distance (@every 1h).</summary>
internal abstract class CronSchedule
{
    private const string Every = "@every ";
    private static readonly string[] ZoneMarks = ["TZ=", "CRON_TZ="];

    /// <summary>The first time after this one; null when there is none in the next five years.</summary>
    public abstract DateTimeOffset? Next(DateTimeOffset after);

    /// <summary>Throws a <see cref="FormatException"/> with the reason in words of Dapr.</summary>
    public static CronSchedule Parse(string text, TimeZoneInfo local)
    {
        var zone = local;
        if (ZoneMarks.Any(mark => text.StartsWith(mark, StringComparison.Ordinal)))
        {
            var space = text.IndexOf(' ');
            if (space < 0)
            {
                throw new FormatException($"nothing follows the time zone: {text}");
            }

            zone = Zone(text[(text.IndexOf('=') + 1)..space], local);
            text = text[space..].Trim();
        }

        if (text.StartsWith(Every, StringComparison.Ordinal))
        {
            return new IntervalSchedule(Interval(text[Every.Length..]));
        }

        return text.StartsWith('@') ? Named(text, zone) : new CalendarSchedule(Fields(text), zone);
    }

    private static CalendarSchedule Named(string text, TimeZoneInfo zone) => new(
        text switch
        {
            "@yearly" or "@annually" => ["0", "0", "0", "1", "1", "*"],
            "@monthly" => ["0", "0", "0", "1", "*", "*"],
            "@weekly" => ["0", "0", "0", "*", "*", "0"],
            "@daily" or "@midnight" => ["0", "0", "0", "*", "*", "*"],
            "@hourly" => ["0", "0", "*", "*", "*", "*"],
            _ => throw new FormatException($"unrecognized descriptor: {text}"),
        },
        zone);

    private static string[] Fields(string text)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length switch
        {
            6 => fields,
            5 => ["0", .. fields],
            _ => throw new FormatException($"expected 5 to 6 fields, found {fields.Length}: [{string.Join(' ', fields)}]"),
        };
    }

    /// <summary>Dapr would take one of nothing or less and call the app without a pause.</summary>
    private static TimeSpan Interval(string text)
    {
        if (!GoDuration.TryParse(text, bareUnit: null, out var interval))
        {
            throw new FormatException($"failed to parse duration {text}: time: invalid duration {GoInteger.Quote(text)}");
        }

        return interval > TimeSpan.Zero ? interval : throw new FormatException($"the interval should be above zero: {text}");
    }

    private static TimeZoneInfo Zone(string name, TimeZoneInfo local)
    {
        if (name is "" or "UTC" or "Local")
        {
            return name == "Local" ? local : TimeZoneInfo.Utc;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : throw new FormatException($"provided bad location {name}: unknown time zone {name}");
    }
}

internal sealed class IntervalSchedule(TimeSpan interval) : CronSchedule
{
    public override DateTimeOffset? Next(DateTimeOffset after) => after + interval;
}
