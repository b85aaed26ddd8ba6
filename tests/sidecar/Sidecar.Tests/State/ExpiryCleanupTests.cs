using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.State;

namespace Sidecar.Tests.State;

public sealed class ExpiryCleanupTests
{
    private readonly ManualTime time = new();
    private int runs;
    private bool mortalsRemain;

    [Fact]
    public async Task It_runs_an_interval_after_the_start_and_then_only_while_something_can_expire()
    {
        await using var cleanup = Start(TimeSpan.FromHours(1));
        mortalsRemain = true;
        time.Advance(TimeSpan.FromHours(3));
        Assert.Equal((3, 1), (runs, time.RunningTimers));
        mortalsRemain = false;
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((4, 0), (runs, time.RunningTimers));
    }

    [Fact]
    public async Task Something_that_can_expire_wakes_it_once()
    {
        await using var cleanup = Start(TimeSpan.FromHours(1));
        time.Advance(TimeSpan.FromHours(10));
        Assert.Equal(1, runs);
        cleanup.Expect();
        time.Advance(TimeSpan.FromMinutes(30));
        cleanup.Expect();
        time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal((2, 0), (runs, time.RunningTimers));
    }

    [Fact]
    public async Task A_failure_is_tried_again()
    {
        await using var cleanup = Start(TimeSpan.FromHours(1), () => throw new InvalidOperationException("the database is down"));
        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal((2, 1), (runs, time.RunningTimers));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Without_an_interval_nothing_runs(int seconds)
    {
        await using var cleanup = Start(TimeSpan.FromSeconds(seconds));
        cleanup.Expect();
        Assert.Equal(0, time.RunningTimers);
    }

    private ExpiryCleanup Start(TimeSpan interval, Action? onRun = null)
    {
        var cleanup = new ExpiryCleanup(interval, time, NullLogger.Instance, _ =>
        {
            runs++;
            onRun?.Invoke();
            return Task.FromResult(mortalsRemain);
        });
        cleanup.Start();
        return cleanup;
    }
}
