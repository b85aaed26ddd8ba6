using Sidecar.Resiliency;

namespace Sidecar.Tests.Resiliency;

public sealed class CircuitBreakerTests
{
    private const string TwoInARow = "{ circuitBreakers: { b: { trip: consecutiveFailures >= 2, timeout: 10s } } }";

    [Fact]
    public async Task More_than_five_failures_in_a_row_open_a_breaker_that_says_nothing_else()
    {
        var bench = PolicyBench.With("{ circuitBreakers: { b: {} } }", "{ circuitBreaker: b }");
        for (var i = 0; i < 6; i++)
        {
            Assert.IsType<InvalidOperationException>((await bench.FailAsync(bench.Outbound, 1)).Thrown);
        }

        var trial = await bench.FailAsync(bench.Outbound, 0);

        Assert.Equal(0, trial.Tries);
        Assert.Equal("circuit breaker is open", Assert.IsType<CircuitOpenException>(trial.Thrown).Message);
    }

    [Fact]
    public async Task A_success_in_between_begins_the_row_again()
    {
        var bench = PolicyBench.With(TwoInARow, "{ circuitBreaker: b }");
        foreach (var failures in (int[])[1, 0, 1])
        {
            await bench.FailAsync(bench.Outbound, failures);
        }

        Assert.Null((await bench.FailAsync(bench.Outbound, 0)).Thrown);
    }

    [Fact]
    public async Task After_its_time_an_open_breaker_tries_one_call_and_closes_when_that_succeeds()
    {
        var bench = PolicyBench.With(TwoInARow, "{ circuitBreaker: b }");
        await bench.FailAsync(bench.Outbound, 1);
        await bench.FailAsync(bench.Outbound, 1);
        bench.Clock.Advance(TimeSpan.FromSeconds(10.1));

        Assert.Null((await bench.FailAsync(bench.Outbound, 0)).Thrown);

        Assert.Equal(
            [
                "Information: Circuit breaker \"b-store\" changed state from closed to open",
                "Information: Circuit breaker \"b-store\" changed state from open to half-open",
                "Information: Circuit breaker \"b-store\" changed state from half-open to closed",
            ],
            bench.Log.Lines.Where(line => line.Contains("Circuit")));
    }

    [Fact]
    public async Task A_tried_call_that_fails_opens_the_breaker_for_its_whole_time_again()
    {
        var bench = PolicyBench.With(TwoInARow, "{ circuitBreaker: b }");
        await bench.FailAsync(bench.Outbound, 1);
        await bench.FailAsync(bench.Outbound, 1);
        bench.Clock.Advance(TimeSpan.FromSeconds(10.1));
        await bench.FailAsync(bench.Outbound, 1);
        bench.Clock.Advance(TimeSpan.FromSeconds(9));

        Assert.IsType<CircuitOpenException>((await bench.FailAsync(bench.Outbound, 0)).Thrown);
    }

    [Fact]
    public async Task A_breaker_that_tries_calls_out_lets_no_more_through_than_it_may()
    {
        var bench = PolicyBench.With("{ circuitBreakers: { b: { maxRequests: 2, trip: consecutiveFailures >= 1, timeout: 10s } } }", "{ circuitBreaker: b }");
        await bench.FailAsync(bench.Outbound, 1);
        bench.Clock.Advance(TimeSpan.FromSeconds(11));
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var tried = Enumerable.Range(0, 2).Select(_ => bench.Outbound.RunAsync(_ => new ValueTask<string>(answer.Task), TestContext.Current.CancellationToken).AsTask()).ToList();

        Assert.Equal("too many requests", Assert.IsType<CircuitOpenException>((await bench.FailAsync(bench.Outbound, 0)).Thrown).Message);

        answer.SetResult("done");
        await Task.WhenAll(tried);
        Assert.Null((await bench.FailAsync(bench.Outbound, 0)).Thrown);
    }

    [Fact]
    public async Task A_closed_breaker_forgets_its_counts_at_every_interval()
    {
        var bench = PolicyBench.With("{ circuitBreakers: { b: { trip: totalFailures >= 2, interval: 5s } } }", "{ circuitBreaker: b }");
        await bench.FailAsync(bench.Outbound, 1);
        bench.Clock.Advance(TimeSpan.FromSeconds(6));
        await bench.FailAsync(bench.Outbound, 1);

        Assert.Null((await bench.FailAsync(bench.Outbound, 0)).Thrown);
    }

    [Fact]
    public async Task A_breaker_that_opens_ends_the_retries()
    {
        var bench = PolicyBench.With($"{{ retries: {{ r: {{ duration: 1s }} }}, {TwoInARow[2..]}", "{ circuitBreaker: b, retry: r }");

        var trial = await bench.FailAsync(bench.Outbound, 10);

        Assert.Equal(2, trial.Tries);
        Assert.Equal(2, trial.Waits.Count);
        Assert.IsType<CircuitOpenException>(trial.Thrown);
    }

    [Fact]
    public async Task Both_directions_of_a_component_share_one_breaker()
    {
        var bench = new PolicyBench($$"""
            kind: Resiliency
            spec:
              policies: {{TwoInARow}}
              targets: { components: { broker: { inbound: { circuitBreaker: b }, outbound: { circuitBreaker: b } } } }
            """);
        await bench.FailAsync(bench.Policies.ComponentInbound("broker", ComponentKind.Pubsub), 1);
        await bench.FailAsync(bench.Policies.ComponentOutbound("broker", ComponentKind.Pubsub), 1);

        Assert.IsType<CircuitOpenException>((await bench.FailAsync(bench.Policies.ComponentInbound("broker", ComponentKind.Pubsub), 0)).Thrown);
    }

    [Fact]
    public async Task Methods_of_an_app_have_breakers_of_their_own_as_many_as_there_is_room_for()
    {
        var bench = new PolicyBench($$"""
            kind: Resiliency
            spec:
              policies: {{TwoInARow}}
              targets: { apps: { shop: { circuitBreaker: b, circuitBreakerCacheSize: 2 } } }
            """);
        await bench.FailAsync(bench.Policies.App("shop", "buy"), 1);
        await bench.FailAsync(bench.Policies.App("shop", "buy"), 1);

        Assert.IsType<CircuitOpenException>((await bench.FailAsync(bench.Policies.App("shop", "buy"), 0)).Thrown);
        Assert.Null((await bench.FailAsync(bench.Policies.App("shop", "look"), 0)).Thrown);
        Assert.Null((await bench.FailAsync(bench.Policies.App("shop", "pay"), 0)).Thrown);
        Assert.Null((await bench.FailAsync(bench.Policies.App("shop", "buy"), 0)).Thrown);
    }
}
