using Sidecar.Configuration;
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
        Tracing = OtelEnvironment.Apply(configuration.Tracing, options.AppId, Environment.GetEnvironmentVariable),
        Metrics = configuration.Metrics with { Enabled = options.EnableMetrics && configuration.Metrics.Enabled },
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
