using Sidecar.Resiliency;

namespace Sidecar.Tests.Resiliency;

public sealed class LoadedPoliciesTests
{
    [Fact]
    public void Without_documents_nothing_stands_in_the_way_of_a_call()
    {
        var policies = new PolicyBench().Policies;

        Assert.Same(Policy.None, policies.App("shop", "buy"));
        Assert.Same(Policy.None, policies.ComponentOutbound("store", ComponentKind.Statestore));
        Assert.Same(Policy.None, policies.ComponentInbound("broker", ComponentKind.Pubsub));
        Assert.False(policies.NamesApp("shop"));
    }

    [Fact]
    public async Task Calls_between_sidecars_are_retried_three_times_at_a_second_without_any_document()
    {
        var bench = new PolicyBench();

        var trial = await bench.FailAsync(bench.Policies.ServiceRetries, 9);

        Assert.Equal([1, 1, 1], trial.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task What_is_asked_at_the_start_is_retried_three_times_within_ten_seconds()
    {
        var bench = new PolicyBench();

        var trial = await bench.FailAsync(bench.Policies.InitializationRetries, 9);

        Assert.Equal(4, trial.Tries);
        Assert.All(trial.Waits, wait => Assert.InRange(wait.TotalSeconds, 0.25, 1.5));
    }

    [Fact]
    public async Task A_built_in_policy_can_be_replaced_but_not_by_fewer_retries()
    {
        var bench = new PolicyBench("""
            kind: Resiliency
            spec: { policies: { retries: { DaprBuiltInServiceRetries: { duration: 20ms, maxRetries: 1 } } } }
            """);

        var trial = await bench.FailAsync(bench.Policies.ServiceRetries, 9);

        Assert.Equal([20, 20, 20], trial.Waits.Select(wait => wait.TotalMilliseconds));
        Assert.Contains("Warning: Attempted override of DaprBuiltInServiceRetries did not meet minimum retry count, resetting to 3.", bench.Log.Lines);
    }

    [Theory]
    [InlineData(ComponentKind.Statestore, true, 1)]
    [InlineData(ComponentKind.Pubsub, true, 2)]
    [InlineData(ComponentKind.Pubsub, false, 3)]
    public async Task The_most_specific_default_counts_for_a_component_that_is_not_listed(ComponentKind kind, bool outbound, int seconds)
    {
        var bench = new PolicyBench("""
            kind: Resiliency
            spec:
              policies:
                retries:
                  DefaultStatestoreComponentOutboundRetryPolicy: { duration: 1s, maxRetries: 1 }
                  DefaultComponentOutboundRetryPolicy: { duration: 2s, maxRetries: 1 }
                  DefaultComponentRetryPolicy: { duration: 3s, maxRetries: 1 }
                  DefaultRetryPolicy: { duration: 4s, maxRetries: 1 }
              targets: { components: { listed: { inbound: {} } } }
            """);

        var policy = outbound ? bench.Policies.ComponentOutbound("any", kind) : bench.Policies.ComponentInbound("any", kind);

        Assert.Equal([seconds], (await bench.FailAsync(policy, 9)).Waits.Select(wait => wait.TotalSeconds));
        Assert.Equal([4], (await bench.FailAsync(bench.Policies.App("any", "method"), 9)).Waits.Select(wait => wait.TotalSeconds));
        Assert.Same(Policy.None, bench.Policies.ComponentOutbound("listed", kind));
    }

    [Fact]
    public async Task A_later_document_replaces_what_has_the_same_name()
    {
        var bench = new PolicyBench(
            """
            kind: Resiliency
            spec:
              policies: { retries: { r: { duration: 1s, maxRetries: 1 } } }
              targets: { apps: { shop: { retry: r } } }
            """,
            """
            kind: Resiliency
            spec: { policies: { retries: { r: { duration: 7s, maxRetries: 1 } } } }
            """);

        Assert.True(bench.Policies.NamesApp("shop"));
        Assert.Equal([7], (await bench.FailAsync(bench.Policies.App("shop", "buy"), 9)).Waits.Select(wait => wait.TotalSeconds));
        Assert.Contains(bench.Log.Lines, line => line.EndsWith("Error processing operation endpoint[shop, shop:buy]. Retrying in 7s…", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_hear_of_calls_of_the_first_retry_and_of_a_breaker_that_opens()
    {
        var bench = PolicyBench.With(
            "{ retries: { r: { duration: 1s, maxRetries: 2 } }, circuitBreakers: { b: { trip: consecutiveFailures >= 3 } } }",
            "{ retry: r, circuitBreaker: b }");

        await bench.FailAsync(bench.Outbound, 9);

        Assert.Equal(
            [
                Line("activations_total", "circuitbreaker", "open", 1),
                Line("activations_total", "retry", "", 1),
                Line("cb_state", "circuitbreaker", "open", 1),
                Line("count", "circuitbreaker", "closed", 1),
                Line("count", "retry", "", 1),
                "dapr_resiliency_loaded{app_id=\"app\",name=\"test\",namespace=\"here\"} 1",
            ],
            bench.Counted.Where(line => !line.EndsWith(" 0", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        static string Line(string metric, string policy, string status, int value) =>
            $"dapr_resiliency_{metric}{{app_id=\"app\",flow_direction=\"outbound\",name=\"test\",namespace=\"here\",policy=\"{policy}\",status=\"{status}\",target=\"Statestore_store\"}} {value}";
    }

    [Fact]
    public async Task Work_without_a_policy_throws_what_a_permanent_failure_holds()
    {
        await Assert.ThrowsAsync<FormatException>(async () => await Policy.None.RunAsync<int>(_ => throw new PermanentException(new FormatException()), CancellationToken.None));
        await Assert.ThrowsAsync<FormatException>(async () => await Policy.None.RunAsync(
            async _ =>
            {
                await Task.Yield();
                throw new PermanentException(new FormatException());
            },
            CancellationToken.None));
    }
}
