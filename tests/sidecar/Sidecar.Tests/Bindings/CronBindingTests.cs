using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Bindings;
using Sidecar.Components;

namespace Sidecar.Tests.Bindings;

public sealed class CronBindingTests
{
    private readonly SteppedTime time = new(new DateTimeOffset(2026, 3, 10, 12, 0, 0, 250, TimeSpan.Zero));
    private readonly List<BindingEvent> strokes = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_stroke_is_an_event_without_data_that_names_time_and_zone()
    {
        await using var reading = await ReadAsync("@every 10s");
        time.Step(TimeSpan.FromSeconds(9.9));
        Assert.Empty(strokes);
        time.Step(TimeSpan.FromSeconds(20.1));
        Assert.Equal(3, strokes.Count);
        Assert.True(strokes[0].Data.IsEmpty);
        Assert.Equal(
            new Dictionary<string, string> { ["timeZone"] = "Local", ["readTimeUTC"] = "2026-03-10 12:00:10.25 +0000 UTC" },
            strokes[0].Metadata);
    }

    [Fact]
    public async Task A_calendar_strikes_on_the_second()
    {
        await using var reading = await ReadAsync("0 * * * *");
        time.Step(TimeSpan.FromHours(3));
        Assert.Equal(
            ["2026-03-10 13:00:00 +0000 UTC", "2026-03-10 14:00:00 +0000 UTC", "2026-03-10 15:00:00 +0000 UTC"],
            strokes.Select(stroke => stroke.Metadata["readTimeUTC"]));
    }

    [Fact]
    public async Task A_far_stroke_is_waited_for_in_pieces()
    {
        await using var reading = await ReadAsync("@yearly");
        time.Step(TimeSpan.FromDays(296));
        Assert.Empty(strokes);
        time.Step(TimeSpan.FromDays(1));
        Assert.Single(strokes);
    }

    [Fact]
    public async Task What_never_happens_costs_no_timer()
    {
        await using var reading = await ReadAsync("0 0 30 2 *");
        Assert.Equal(0, time.Waiting);
    }

    [Fact]
    public async Task A_handler_that_fails_or_lingers_does_not_stop_the_clock()
    {
        var lingering = new TaskCompletionSource();
        var count = 0;
        await using var reading = await ReadAsync("@every 1s", async (_, _) =>
        {
            if (++count == 1)
            {
                throw new InvalidOperationException("no");
            }

            await lingering.Task;
        });
        time.Step(TimeSpan.FromSeconds(3));
        Assert.Equal(3, count);
        lingering.SetResult();
    }

    [Fact]
    public async Task The_end_of_reading_ends_the_timer_and_what_is_handled_yet()
    {
        var token = CancellationToken.None;
        var reading = await ReadAsync("@every 1s", (_, cancellation) =>
        {
            token = cancellation;
            return ValueTask.CompletedTask;
        });
        time.Step(TimeSpan.FromSeconds(1));
        Assert.False(token.IsCancellationRequested);
        await reading.DisposeAsync();
        await reading.DisposeAsync();
        Assert.True(token.IsCancellationRequested);
        Assert.Equal(0, time.Waiting);
    }

    [Theory]
    [InlineData("", "schedule not set")]
    [InlineData("x * * * *", "invalid schedule format 'x * * * *': failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax")]
    public void A_schedule_that_is_none_is_an_error_of_the_component(string schedule, string reason) =>
        Assert.Equal(reason, Assert.Throws<ComponentException>(() => Binding(schedule)).Message);

    private Task<IAsyncDisposable> ReadAsync(string schedule, BindingHandler? handler = null) =>
        Binding(schedule).ReadAsync(handler ?? Note, Cancellation);

    private CronBinding Binding(string schedule) =>
        new("tick", new ComponentMetadata(new Dictionary<string, string> { ["Schedule"] = schedule }), time, NullLogger.Instance);

    private ValueTask Note(BindingEvent stroke, CancellationToken cancellation)
    {
        strokes.Add(stroke);
        return ValueTask.CompletedTask;
    }
}
