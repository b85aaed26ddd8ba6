using System.Globalization;
using Sidecar.Bindings;

namespace Sidecar.Tests.Bindings;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("* * * * *", "2026-03-10T12:00:30Z", "2026-03-10T12:01:00Z")]
    [InlineData("*/15 * * * *", "2026-03-10T12:45:00Z", "2026-03-10T13:00:00Z")]
    [InlineData("15/20 * * * *", "2026-03-10T12:16:00Z", "2026-03-10T12:35:00Z")]
    [InlineData("5-7,50 * * * *", "2026-03-10T12:07:00Z", "2026-03-10T12:50:00Z")]
    [InlineData("*/3 * * * * *", "2026-03-10T12:00:01.5Z", "2026-03-10T12:00:03Z")]
    [InlineData("0 0 */6 ? * *", "2026-03-10T12:00:00Z", "2026-03-10T18:00:00Z")]
    [InlineData("30 9 * * mon-FRI", "2026-03-13T09:30:00Z", "2026-03-16T09:30:00Z")]
    [InlineData("0 0 1 Jan,apr ?", "2026-03-10T12:00:00Z", "2026-04-01T00:00:00Z")]
    [InlineData("0 0 31 12 *", "2026-12-31T00:00:00Z", "2027-12-31T00:00:00Z")]
    [InlineData("0 0 29 2 *", "2026-03-10T12:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 13 * fri", "2026-03-10T12:00:00Z", "2026-03-13T00:00:00Z")]
    [InlineData("0 0 13 * mon", "2026-03-10T12:00:00Z", "2026-03-13T00:00:00Z")]
    [InlineData("0 0 */10 * sun", "2026-03-10T12:00:00Z", "2026-03-11T00:00:00Z")]
    [InlineData("0 0 * * sun", "2026-03-10T12:00:00Z", "2026-03-15T00:00:00Z")]
    [InlineData("@yearly", "2026-03-10T12:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("@annually", "2026-03-10T12:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("@monthly", "2026-03-10T12:00:00Z", "2026-04-01T00:00:00Z")]
    [InlineData("@weekly", "2026-03-10T12:00:00Z", "2026-03-15T00:00:00Z")]
    [InlineData("@daily", "2026-03-10T12:00:00Z", "2026-03-11T00:00:00Z")]
    [InlineData("@midnight", "2026-03-10T12:00:00Z", "2026-03-11T00:00:00Z")]
    [InlineData("@hourly", "2026-03-10T12:00:00Z", "2026-03-10T13:00:00Z")]
    [InlineData("@every 1m30s", "2026-03-10T12:00:00.25Z", "2026-03-10T12:01:30.25Z")]
    [InlineData("@every 500ms", "2026-03-10T12:00:00Z", "2026-03-10T12:00:00.5Z")]
    public void The_next_stroke_comes_after_the_time_given(string schedule, string after, string next) =>
        Assert.Equal(Time(next), CronSchedule.Parse(schedule, TimeZoneInfo.Utc).Next(Time(after)));

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6 *")]
    [InlineData(", * * * *")]
    public void What_never_happens_has_no_next_stroke(string schedule) =>
        Assert.Null(CronSchedule.Parse(schedule, TimeZoneInfo.Utc).Next(Time("2026-03-10T12:00:00Z")));

    [Theory]
    [InlineData("TZ=Europe/Warsaw 0 9 * * *", "2026-01-10T00:00:00Z", "2026-01-10T08:00:00Z")]
    [InlineData("CRON_TZ=Europe/Warsaw   @daily", "2026-07-10T12:00:00Z", "2026-07-10T22:00:00Z")]
    [InlineData("TZ=UTC 0 9 * * *", "2026-01-10T00:00:00Z", "2026-01-10T09:00:00Z")]
    [InlineData("0 9 * * *", "2026-01-10T00:00:00Z", "2026-01-10T14:00:00Z")]
    [InlineData("TZ=Local 0 9 * * *", "2026-01-10T00:00:00Z", "2026-01-10T14:00:00Z")]
    public void A_schedule_goes_by_its_own_time_zone_or_else_by_that_of_the_machine(string schedule, string after, string next) =>
        Assert.Equal(Time(next), CronSchedule.Parse(schedule, NewYork).Next(Time(after)));

    [Theory]
    [InlineData("30 2 * * *", "2026-03-08T00:00:00-05:00", "2026-03-09T02:30:00-04:00")]
    [InlineData("0 * * * *", "2026-03-08T01:00:00-05:00", "2026-03-08T03:00:00-04:00")]
    [InlineData("30 1 * * *", "2026-11-01T00:00:00-04:00", "2026-11-01T01:30:00-04:00")]
    [InlineData("30 1 * * *", "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00")]
    [InlineData("0 * * * *", "2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-05:00")]
    [InlineData("0 3 * * *", "2026-11-01T00:00:00-04:00", "2026-11-01T03:00:00-05:00")]
    [InlineData("TZ=America/Sao_Paulo 0 9 10 * *", "2018-10-17T05:00:00-04:00", "2018-11-10T06:00:00-05:00")]
    [InlineData("TZ=America/Sao_Paulo 30 0 4 * *", "2018-11-01T00:00:00-03:00", "2018-12-04T00:30:00-02:00")]
    public void Daylight_saving_leaves_strokes_out_and_strikes_twice(string schedule, string after, string next) =>
        Assert.Equal(Time(next), CronSchedule.Parse(schedule, NewYork).Next(Time(after)));

    [Theory]
    [InlineData("INVALID_SCHEDULE", "expected 5 to 6 fields, found 1: [INVALID_SCHEDULE]")]
    [InlineData("1 2 3 4 5 6 7", "expected 5 to 6 fields, found 7: [1 2 3 4 5 6 7]")]
    [InlineData("x * * * *", "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("-5 * * * *", "failed to parse int from : strconv.Atoi: parsing \"\": invalid syntax")]
    [InlineData("*/-5 * * * *", "negative number (-5) not allowed: -5")]
    [InlineData("1-2-3 * * * *", "too many hyphens: 1-2-3")]
    [InlineData("1/2/3 * * * *", "too many slashes: 1/2/3")]
    [InlineData("* * 0 * *", "beginning of range (0) below minimum (1): 0")]
    [InlineData("60 * * * *", "end of range (60) above maximum (59): 60")]
    [InlineData("* * * * 7", "end of range (7) above maximum (6): 7")]
    [InlineData("5-3 * * * *", "beginning of range (5) beyond end of range (3): 5-3")]
    [InlineData("*/0 * * * *", "step of range should be a positive number: */0")]
    [InlineData("@sometimes", "unrecognized descriptor: @sometimes")]
    [InlineData("@every soon", "failed to parse duration soon: time: invalid duration \"soon\"")]
    [InlineData("@every 0s", "the interval should be above zero: 0s")]
    [InlineData("TZ=Mars/Base * * * * *", "provided bad location Mars/Base: unknown time zone Mars/Base")]
    [InlineData("TZ=UTC", "nothing follows the time zone: TZ=UTC")]
    public void What_makes_no_sense_is_refused_with_the_reason(string schedule, string reason) =>
        Assert.Equal(reason, Assert.Throws<FormatException>(() => CronSchedule.Parse(schedule, TimeZoneInfo.Utc)).Message);

    private static TimeZoneInfo NewYork { get; } = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
