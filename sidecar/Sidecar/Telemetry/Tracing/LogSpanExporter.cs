namespace Sidecar.Telemetry.Tracing;

/// <summary>Spans as lines of the log.</summary>
public sealed class LogSpanExporter(ILogger log) : ISpanExporter
{
    private const string Moment = "yyyy-MM-dd HH:mm:ss.fffffff zzz";

    public string Target => "the log";

    public Task ExportAsync(IReadOnlyList<Span> spans, CancellationToken cancellation)
    {
        foreach (var span in spans)
        {
            var context = span.Context;
            log.LogInformation(
                "[{Name}] Trace: {Trace:x32} Span: {Parent:x16}/{Span:x16} Time: [{Start} ->  {End}] Annotations: []",
                span.Name, context.TraceId, span.ParentSpanId, context.SpanId, span.StartTime.ToString(Moment), (span.StartTime + span.Duration).ToString(Moment));
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
    }
}
