using Sidecar.Telemetry.Logging;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Telemetry;

/// <summary>Traces, metrics and logs of one sidecar. Its end sends what is still waiting.</summary>
public sealed class SidecarTelemetry : IAsyncDisposable
{
    private readonly SidecarLoggerFactory loggers;

    /// <summary>Throws <see cref="TelemetryException"/> when the settings make no sense.</summary>
    public SidecarTelemetry(TelemetrySettings settings, LogOutput output, TimeProvider time)
    {
        loggers = new SidecarLoggerFactory(settings.Logging, settings.AppId, output, time);
        Metrics = new SidecarMetrics(settings.Metrics, settings.AppId, settings.Namespace);
        var log = new ApiLog(settings.Logging, loggers);
        var tracing = settings.Tracing;
        var batcherLog = loggers.CreateLogger("dapr.runtime.trace");
        Tracer = new Tracer(tracing, [.. Exporters(tracing).Select(exporter => new SpanBatcher(exporter, tracing.Batch, time, batcherLog))], time);
        Http = new HttpTelemetry(Tracer, Metrics, log, time);
        Grpc = new GrpcTelemetry(settings.AppId, Tracer, Metrics, log, time);
    }

    public ILoggerFactory Loggers => loggers;

    public Tracer Tracer { get; }

    public SidecarMetrics Metrics { get; }

    public HttpTelemetry Http { get; }

    public GrpcTelemetry Grpc { get; }

    public async ValueTask DisposeAsync()
    {
        await Tracer.DisposeAsync();
        loggers.Dispose();
    }

    private IEnumerable<ISpanExporter> Exporters(TracingSettings settings)
    {
        if (settings.Stdout)
        {
            yield return new LogSpanExporter(loggers.CreateLogger("dapr.runtime.trace"));
        }

        if (settings.ZipkinEndpoint.Length > 0)
        {
            yield return new ZipkinExporter(settings.ZipkinEndpoint, settings.Resource);
        }

        if (settings.Otlp.IsConfigured)
        {
            yield return new OtlpExporter(settings.Otlp, settings.Resource);
        }
    }
}
