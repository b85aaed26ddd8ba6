using Sidecar.Resiliency;

namespace Sidecar.Tests.Resiliency;

public sealed class TimeoutTests
{
    [Fact]
    public async Task A_call_that_takes_too_long_is_cut_off()
    {
        var bench = PolicyBench.With("{ timeouts: { t: 3s } }", "{ timeout: t }");

        var (waits, thrown) = await HangAsync(bench, failure: null);

        Assert.Equal([3], waits.Select(wait => wait.TotalSeconds));
        Assert.Equal("context deadline exceeded", Assert.IsType<TimeoutException>(thrown).Message);
    }

    [Fact]
    public async Task Whatever_a_driver_throws_when_it_is_cut_off_counts_as_the_timeout()
    {
        var bench = PolicyBench.With("{ timeouts: { t: 3s } }", "{ timeout: t }");

        var (_, thrown) = await HangAsync(bench, new IOException("connection was aborted"));

        Assert.IsType<TimeoutException>(thrown);
    }

    [Fact]
    public async Task Each_try_has_the_whole_time_and_a_timeout_is_retried()
    {
        var bench = PolicyBench.With("{ timeouts: { t: 3s }, retries: { r: { duration: 1s, maxRetries: 2 } } }", "{ timeout: t, retry: r }");

        var (waits, thrown) = await HangAsync(bench, failure: null);

        Assert.Equal([3, 1, 3, 1, 3], waits.Select(wait => wait.TotalSeconds));
        Assert.IsType<TimeoutException>(thrown);
    }

    [Fact]
    public async Task A_timeout_of_zero_is_none()
    {
        var bench = PolicyBench.With("{ timeouts: { t: 0s } }", "{ timeout: t }");

        Assert.Same(Policy.None, bench.Outbound);
        Assert.Equal("done", await bench.Outbound.RunAsync(_ => new ValueTask<string>("done"), TestContext.Current.CancellationToken));
    }

    private static async Task<(List<TimeSpan> Waits, Exception? Thrown)> HangAsync(PolicyBench bench, Exception? failure)
    {
        var running = bench.Outbound.RunAsync(
            async token =>
            {
                try
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, token);
                }
                catch (OperationCanceledException) when (failure is not null)
                {
                    throw failure;
                }
            },
            TestContext.Current.CancellationToken).AsTask();
        var waits = await bench.Clock.SkipWaitsAsync(running);
        return (waits, await Record.ExceptionAsync(() => running));
    }
}
