using Sidecar.Components;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Metrics;

namespace Sidecar.Tests.Resiliency;

/// <summary>Policies read from YAML, with a clock and a log to look at.</summary>
internal sealed class PolicyBench
{
    private readonly MetricRegistry registry = new(new MetricsSettings());

    public PolicyBench(params string[] documents)
    {
        var findings = new Findings();
        var specs = documents.Select(text => ResiliencyReader.Read(YamlFile.ReadOne("resiliency.yaml", text, 1, findings)!)).ToList();
        Assert.Empty(findings.Problems);
        Policies = new LoadedPolicies(specs, Log, Clock, new ResiliencyMetrics(registry, new MetricsSettings(), "app"));
    }

    public SteppedClock Clock { get; } = new();

    public LogLines Log { get; } = new();

    /// <summary>What was counted, as Prometheus reads it.</summary>
    public IEnumerable<string> Counted => PrometheusText.Write(registry.Metrics).Split('\n').Where(line => line.StartsWith("dapr_resiliency", StringComparison.Ordinal));

    public ResiliencyPolicies Policies { get; }

    public Policy Outbound => Policies.ComponentOutbound("store", ComponentKind.Statestore);

    /// <summary>A document with one component called store, whose outbound policies are <paramref name="outbound"/>.</summary>
    public static PolicyBench With(string policies, string outbound) => new($$"""
        kind: Resiliency
        metadata: { name: test, namespace: here }
        spec:
          policies: {{policies}}
          targets: { components: { store: { outbound: {{outbound}} } } }
        """);

    /// <summary>Runs work that fails as <paramref name="failures"/> say, one for each try, and then succeeds.</summary>
    public async Task<PolicyTrial> TryAsync(Policy policy, params Exception?[] failures)
    {
        var tries = 0;
        var running = policy.RunAsync(
            _ =>
            {
                var failure = tries < failures.Length ? failures[tries] : null;
                tries++;
                return failure is null ? new ValueTask<string>("done") : ValueTask.FromException<string>(failure);
            },
            TestContext.Current.CancellationToken).AsTask();
        var waits = await Clock.SkipWaitsAsync(running);
        Exception? thrown = await Record.ExceptionAsync(() => running);
        return new PolicyTrial(tries, waits, thrown);
    }

    public Task<PolicyTrial> FailAsync(Policy policy, int times) => TryAsync(policy, Enumerable.Repeat(new InvalidOperationException("broken"), times).ToArray<Exception?>());
}

internal sealed record PolicyTrial(int Tries, List<TimeSpan> Waits, Exception? Thrown);
