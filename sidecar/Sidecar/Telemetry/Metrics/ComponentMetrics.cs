namespace Sidecar.Telemetry.Metrics;

/// <summary>Calls of components, by component.</summary>
public sealed class ComponentMetrics
{
    private readonly bool isEnabled;
    private readonly SeriesCache<(string Component, string Operation, bool Success), Timed> state;
    private readonly SeriesCache<(string Component, string Operation, bool Success), Timed> secrets;
    private readonly SeriesCache<(string Component, string Operation, bool Success), Timed> configuration;
    private readonly SeriesCache<(string Component, string Operation, bool Success), Timed> outputs;
    private readonly SeriesCache<(string Component, bool Success), Timed> inputs;

    public ComponentMetrics(MetricRegistry registry, MetricsSettings settings, string appId, string ns)
    {
        isEnabled = settings.Enabled;
        string[] component = ["app_id", "component", "namespace", "success"];
        string[] operation = ["app_id", "component", "namespace", "operation", "success"];
        state = ByOperation(
            registry.Counter("component/state/count", "The number of operations performed on the state component.", operation),
            registry.Latency("component/state/latencies", "The latency of the response from the state component.", operation));
        secrets = ByOperation(
            registry.Counter("component/secret/count", "The number of operations performed on the secret component.", operation),
            registry.Latency("component/secret/latencies", "The latency of the response from the secret component.", operation));
        configuration = ByOperation(
            registry.Counter("component/configuration/count", "The number of operations performed on the configuration component.", operation),
            registry.Latency("component/configuration/latencies", "The latency of the response from the configuration component.", operation));
        outputs = ByOperation(
            registry.Counter("component/output_binding/count", "The number of operations invoked on the output binding component.", operation),
            registry.Latency("component/output_binding/latencies", "The latency of the response from the output binding component.", operation));
        var inputCount = registry.Counter("component/input_binding/count", "The number of incoming events arriving from the input binding component.", component);
        var inputLatency = registry.Latency("component/input_binding/latencies", "The triggered app event processing latency.", component);
        inputs = new(key => Timed.Of(inputCount, inputLatency, appId, key.Component, ns, Word(key.Success)));

        SeriesCache<(string Component, string Operation, bool Success), Timed> ByOperation(Metric count, Metric latency) =>
            new(key => Timed.Of(count, latency, appId, key.Component, ns, key.Operation, Word(key.Success)));
    }

    /// <summary>Operations are get, set, delete, bulk_get, bulk_delete, transaction and query.</summary>
    public void State(string component, string operation, bool success, TimeSpan elapsed) => Add(state, component, operation, success, elapsed);

    /// <summary>Operations are get and bulk_get.</summary>
    public void Secret(string component, string operation, bool success, TimeSpan elapsed) => Add(secrets, component, operation, success, elapsed);

    /// <summary>Operations are get, subscribe and unsubscribe.</summary>
    public void Configuration(string component, string operation, bool success, TimeSpan elapsed) => Add(configuration, component, operation, success, elapsed);

    public void OutputBinding(string component, string operation, bool success, TimeSpan elapsed) => Add(outputs, component, operation, success, elapsed);

    public void InputBinding(string component, bool success, TimeSpan elapsed)
    {
        if (isEnabled)
        {
            inputs.Get((component, success)).Add(elapsed);
        }
    }

    internal static string Word(bool success) => success ? "true" : "false";

    private void Add(
        SeriesCache<(string Component, string Operation, bool Success), Timed> series, string component, string operation, bool success, TimeSpan elapsed)
    {
        if (isEnabled)
        {
            series.Get((component, operation, success)).Add(elapsed);
        }
    }
}
