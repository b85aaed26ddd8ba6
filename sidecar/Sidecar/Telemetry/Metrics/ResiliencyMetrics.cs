namespace Sidecar.Telemetry.Metrics;

/// <summary>How policies are used. Targets are app_NAME, KIND_NAME and endpoint_NAME, flows are inbound and outbound.</summary>
public sealed class ResiliencyMetrics
{
    private const string CircuitBreaker = "circuitbreaker";
    private static readonly string[] CircuitStates = ["closed", "half-open", "open", "unknown"];
    private readonly bool isEnabled;
    private readonly string appId;
    private readonly Metric loaded;
    private readonly Metric state;
    private readonly SeriesCache<PolicyUse, Counter> executions;
    private readonly SeriesCache<PolicyUse, Counter> activations;

    public ResiliencyMetrics(MetricRegistry registry, MetricsSettings settings, string appId)
    {
        isEnabled = settings.Enabled;
        this.appId = appId;
        string[] use = ["app_id", "name", "policy", "namespace", "flow_direction", "target", "status"];
        loaded = registry.Counter("resiliency/loaded", "Number of resiliency policies loaded.", "app_id", "name", "namespace");
        var executed = registry.Counter("resiliency/count", "Number of times a resiliency policyKey has been applied to a building block.", use);
        var activated = registry.Counter("resiliency/activations_total", "Number of times a resiliency policyKey has been activated in a building block after a failure or after a state change.", use);
        state = registry.Gauge("resiliency/cb_state", "A resiliency policy's current CircuitBreakerState state. 0 is closed, 1 is half-open, 2 is open, and -1 is unknown.", use);
        executions = new(key => executed.Counter(appId, key.Name, key.Policy, key.Namespace, key.Flow, key.Target, key.Status));
        activations = new(key => activated.Counter(appId, key.Name, key.Policy, key.Namespace, key.Flow, key.Target, key.Status));
    }

    public void Loaded(string name, string ns)
    {
        if (isEnabled)
        {
            loaded.Counter(appId, name, ns).Add();
        }
    }

    /// <summary>A policy was applied; for a circuit breaker the status is its state.</summary>
    public void Executed(PolicyUse use)
    {
        if (isEnabled)
        {
            executions.Get(use).Add();
            CircuitState(use);
        }
    }

    /// <summary>A policy did something about a failure, or a circuit breaker changed its state.</summary>
    public void Activated(PolicyUse use)
    {
        if (isEnabled)
        {
            activations.Get(use).Add();
            CircuitState(use);
        }
    }

    private void CircuitState(PolicyUse use)
    {
        if (use.Policy != CircuitBreaker)
        {
            return;
        }

        foreach (var each in CircuitStates)
        {
            state.Counter(appId, use.Name, use.Policy, use.Namespace, use.Flow, use.Target, each).Set(each == use.Status ? 1 : 0);
        }
    }
}

/// <summary>Policies are retry, timeout and circuitbreaker.</summary>
public readonly record struct PolicyUse(string Name, string Namespace, string Policy, string Flow, string Target, string Status = "");
