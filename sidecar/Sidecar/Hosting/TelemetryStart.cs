using Sidecar.Configuration;
using Sidecar.Resiliency;
using Sidecar.State;
using Sidecar.Telemetry;
using Sidecar.Telemetry.Logging;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Hosting;

/// <summary>From flags and configuration to telemetry, and from the building blocks to its metrics.</summary>
internal static class TelemetryStart
{
    public static TelemetrySettings Settings(SidecarOptions options, SidecarConfiguration configuration) => new()
    {
        AppId = options.AppId,
        Namespace = options.Namespace,
        Tracing = Tracing(options.AppId, configuration.Tracing),
        Metrics = Metrics(options, configuration.Metrics),
        Logging = new LoggingSettings
        {
            Level = options.LogLevel,
            AsJson = options.LogAsJson,
            ApiLogging = options.EnableApiLogging ?? configuration.ApiLogging.Enabled,
            ObfuscateUrls = configuration.ApiLogging.ObfuscateUrls,
            OmitHealthChecks = configuration.ApiLogging.OmitHealthChecks,
        },
    };

    public static StateObserver Observer(ComponentMetrics metrics) => (store, operation, succeeded, elapsed) => metrics.State(store, Word(operation), succeeded, elapsed);

    public static Action<PolicyEvent> Observer(ResiliencyMetrics metrics) => policy =>
    {
        var use = new PolicyUse(policy.Document, policy.Namespace, policy.Policy, policy.Flow, policy.Target, policy.Status);
        switch (policy.Kind)
        {
            case PolicyEventKind.Loaded:
                metrics.Loaded(policy.Document, policy.Namespace);
                break;
            case PolicyEventKind.Executed:
                metrics.Executed(use);
                break;
            case PolicyEventKind.Activated:
            default:
                metrics.Activated(use);
                break;
        }
    };

    private static TracingSettings Tracing(string appId, TracingConfiguration tracing)
    {
        var settings = new TracingSettings
        {
            SamplingRate = tracing.SamplingRate,
            Stdout = tracing.Stdout,
            ZipkinEndpoint = tracing.ZipkinEndpoint,
            Otlp = new OtlpSettings
            {
                Endpoint = tracing.OtelEndpoint,
                Protocol = tracing.OtelProtocol,
                IsSecure = tracing.OtelIsSecure,
                Headers = tracing.OtelHeaders,
                Timeout = tracing.OtelTimeout ?? new OtlpSettings().Timeout,
            },
        };
        return Telemetry.Tracing.OtelEnvironment.Apply(settings, appId, Environment.GetEnvironmentVariable);
    }

    private static MetricsSettings Metrics(SidecarOptions options, MetricsConfiguration metrics) => new()
    {
        Enabled = options.EnableMetrics && metrics.Enabled,
        IncreasedCardinality = metrics.IncreasedCardinality,
        PathMatching = metrics.PathMatching,
        ExcludeVerbs = metrics.ExcludeVerbs,
        RecordErrorCodes = metrics.RecordErrorCodes,
        LatencyBuckets = metrics.LatencyBuckets.Count > 0 ? [.. metrics.LatencyBuckets.Select(bucket => (double)bucket)] : MetricsSettings.DefaultLatencyBuckets,
        Rules = [.. metrics.Rules.Select(rule => new LabelRule(rule.Metric, rule.Label, rule.Pattern, rule.Replacement))],
    };

    private static string Word(StateOperation operation) => operation switch
    {
        StateOperation.Get => "get",
        StateOperation.BulkGet => "bulk_get",
        StateOperation.Set => "set",
        StateOperation.Delete => "delete",
        StateOperation.BulkDelete => "bulk_delete",
        StateOperation.Transaction => "transaction",
        _ => "query",
    };
}
