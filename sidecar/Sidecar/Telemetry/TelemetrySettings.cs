using Sidecar.Telemetry.Logging;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Telemetry;

/// <summary>What one sidecar tells about itself, and where.</summary>
public sealed record TelemetrySettings
{
    public required string AppId { get; init; }

    public string Namespace { get; init; } = "default";

    public TracingSettings Tracing { get; init; } = new();

    public MetricsSettings Metrics { get; init; } = new();

    public LoggingSettings Logging { get; init; } = new();
}
