using Sidecar.Resiliency;
using Sidecar.State;

namespace Sidecar.Tests.Resiliency;

public sealed class RetryTests
{
    [Fact]
    public async Task A_constant_policy_pauses_the_same_time_before_each_of_its_retries()
    {
        var bench = PolicyBench.With("{ retries: { r: { policy: constant, duration: 2s, maxRetries: 3 } } }", "{ retry: r }");

        var trial = await bench.FailAsync(bench.Outbound, 10);

        Assert.Equal(4, trial.Tries);
        Assert.Equal([2, 2, 2], trial.Waits.Select(wait => wait.TotalSeconds));
        Assert.Equal("broken", Assert.IsType<InvalidOperationException>(trial.Thrown).Message);
    }

    [Fact]
    public async Task A_policy_without_settings_retries_every_five_seconds_without_end()
    {
        var bench = PolicyBench.With("{ retries: { r: {} } }", "{ retry: r }");

        var trial = await bench.FailAsync(bench.Outbound, 200);

        Assert.Null(trial.Thrown);
        Assert.Equal(201, trial.Tries);
        Assert.All(trial.Waits, wait => Assert.Equal(TimeSpan.FromSeconds(5), wait));
    }

    [Fact]
    public async Task A_number_without_a_unit_counts_milliseconds()
    {
        var bench = PolicyBench.With("{ retries: { r: { duration: 250, maxRetries: 1 } } }", "{ retry: r }");

        var trial = await bench.FailAsync(bench.Outbound, 1);

        Assert.Equal([250], trial.Waits.Select(wait => wait.TotalMilliseconds));
    }

    [Fact]
    public async Task An_exponential_policy_starts_at_half_a_second_and_grows_to_its_longest_pause()
    {
        var bench = PolicyBench.With("{ retries: { r: { policy: Exponential, maxInterval: 3s, maxRetries: 8 } } }", "{ retry: r }");

        var trial = await bench.FailAsync(bench.Outbound, 100);

        Assert.Equal(9, trial.Tries);
        var middle = 0.5;
        foreach (var wait in trial.Waits)
        {
            Assert.InRange(wait.TotalSeconds, middle * 0.5, middle * 1.5);
            middle = Math.Min(middle * 1.5, 3);
        }
    }

    [Fact]
    public async Task An_exponential_policy_gives_up_after_fifteen_minutes_even_without_a_limit()
    {
        var bench = PolicyBench.With("{ retries: { r: { policy: exponential } } }", "{ retry: r }");

        var trial = await bench.FailAsync(bench.Outbound, 1000);

        Assert.NotNull(trial.Thrown);
        Assert.InRange(trial.Waits.Sum(wait => wait.TotalMinutes), 13, 15);
    }

    [Fact]
    public async Task No_retries_at_all_can_be_asked_for()
    {
        var bench = PolicyBench.With("{ retries: { r: { maxRetries: 0 } } }", "{ retry: r }");

        Assert.False(bench.Outbound.HasRetries);
        Assert.Equal(1, (await bench.FailAsync(bench.Outbound, 5)).Tries);
    }

    [Theory]
    [InlineData(503, 3)]
    [InlineData(404, 1)]
    [InlineData(500, 3)]
    [InlineData(501, 3)]
    [InlineData(14, 3)]
    [InlineData(5, 1)]
    [InlineData(700, 1)]
    public async Task Only_listed_statuses_are_retried(int status, int tries)
    {
        var bench = PolicyBench.With("{ retries: { r: { duration: 1s, maxRetries: 2, matching: { httpStatusCodes: '500-501,503', gRPCStatusCodes: '13-14' } } } }", "{ retry: r }");

        var trial = await bench.TryAsync(bench.Outbound, [.. Enumerable.Repeat(new AppStatusException(status, "no"), 9)]);

        Assert.Equal(tries, trial.Tries);
        Assert.Equal(status, Assert.IsType<AppStatusException>(trial.Thrown).Status);
    }

    [Fact]
    public async Task A_failure_without_a_status_is_retried_whatever_is_listed()
    {
        var bench = PolicyBench.With("{ retries: { r: { duration: 1s, maxRetries: 2, matching: { httpStatusCodes: '503' } } } }", "{ retry: r }");

        Assert.Equal(3, (await bench.FailAsync(bench.Outbound, 9)).Tries);
    }

    [Fact]
    public async Task A_lost_race_is_not_retried()
    {
        var bench = PolicyBench.With("{ retries: { r: { duration: 1s } } }", "{ retry: r }");

        var trial = await bench.TryAsync(bench.Outbound, new StateException(StateFailure.ETagMismatch));

        Assert.Equal(1, trial.Tries);
        Assert.IsType<StateException>(trial.Thrown);
    }

    [Fact]
    public async Task A_permanent_failure_is_not_retried_and_comes_out_as_what_it_is()
    {
        var bench = PolicyBench.With("{ retries: { r: { duration: 1s } } }", "{ retry: r }");

        var trial = await bench.TryAsync(bench.Outbound, new PermanentException(new FormatException("broken")));

        Assert.Equal(1, trial.Tries);
        Assert.IsType<FormatException>(trial.Thrown);
    }

    [Fact]
    public async Task Who_cancels_a_call_also_ends_its_retries()
    {
        var bench = PolicyBench.With("{ retries: { r: { duration: 1s } } }", "{ retry: r }");
        using var cancellation = new CancellationTokenSource();

        var running = bench.Outbound.RunAsync(
            async ValueTask<int> (_) =>
            {
                await cancellation.CancelAsync();
                throw new FormatException();
            },
            cancellation.Token).AsTask();

        await Assert.ThrowsAnyAsync<Exception>(() => running.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.DoesNotContain(bench.Log.Lines, line => line.Contains("Retrying"));
    }

    [Fact]
    public async Task The_log_tells_of_the_first_retry_and_of_the_recovery()
    {
        var bench = PolicyBench.With("{ retries: { r: { duration: 1500ms } } }", "{ retry: r }");

        await bench.FailAsync(bench.Outbound, 3);

        Assert.Equal(
            [
                "Information: Loading Resiliency configuration: test",
                "Warning: Error processing operation component[store] output. Retrying in 1.5s…",
                "Debug: Error for operation component[store] output was: broken",
                "Information: Recovered processing operation component[store] output after 4 attempts",
            ],
            bench.Log.Lines);
    }
}
