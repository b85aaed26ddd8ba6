namespace Sidecar.Bindings;

/// <summary>
/// Times by the clock on the wall of a time zone. An hour that daylight saving leaves out strikes nothing, one that comes twice
/// strikes twice.
/// </summary>
internal sealed class CalendarSchedule(string[] fields, TimeZoneInfo zone) : CronSchedule
{
    private const int YearsToLook = 5;
    private readonly ulong seconds = CronField.Second.Parse(fields[0]);
    private readonly ulong minutes = CronField.Minute.Parse(fields[1]);
    private readonly ulong hours = CronField.Hour.Parse(fields[2]);
    private readonly ulong days = CronField.Day.Parse(fields[3]);
    private readonly ulong months = CronField.Month.Parse(fields[4]);
    private readonly ulong weekdays = CronField.Weekday.Parse(fields[5]);

    public override DateTimeOffset? Next(DateTimeOffset after)
    {
        var at = after.AddTicks(TimeSpan.TicksPerSecond - (after.Ticks % TimeSpan.TicksPerSecond));
        var lastYear = Wall(at).Year + YearsToLook;
        while (true)
        {
            var wall = Wall(at);
            if (wall.Year > lastYear)
            {
                return null;
            }

            if (!Has(months, wall.Month))
            {
                at = Instant(new DateTime(wall.Year, wall.Month, 1).AddMonths(1));
            }
            else if (!HasDay(wall))
            {
                at = Instant(wall.Date.AddDays(1));
            }
            else if (!Has(hours, wall.Hour))
            {
                at = at.AddSeconds(3600 - (wall.Minute * 60) - wall.Second);
            }
            else if (!Has(minutes, wall.Minute))
            {
                at = at.AddSeconds(60 - wall.Second);
            }
            else if (!Has(seconds, wall.Second))
            {
                at = at.AddSeconds(1);
            }
            else
            {
                return at.ToUniversalTime();
            }
        }
    }

    /// <summary>Day and weekday must both fit where one of them is open, else either is enough.</summary>
    private bool HasDay(DateTime wall)
    {
        var (day, weekday) = (Has(days, wall.Day), Has(weekdays, (int)wall.DayOfWeek));
        return ((days | weekdays) & CronField.Open) != 0 ? day && weekday : day || weekday;
    }

    private static bool Has(ulong bits, int number) => (bits & (1UL << number)) != 0;

    private DateTime Wall(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).DateTime;

    /// <summary>Midnight, or what comes first after it where the clock jumps over it.</summary>
    private DateTimeOffset Instant(DateTime wall)
    {
        while (zone.IsInvalidTime(wall))
        {
            wall = wall.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset);
    }
}
