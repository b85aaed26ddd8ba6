using Sidecar.Bindings;
using Sidecar.PubSub;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Telemetry;

/// <summary>The spans of input bindings.</summary>
internal sealed class EventTracing : BindingTracing
{
    private readonly Tracer tracer;

    private EventTracing(Tracer tracer) => this.tracer = tracer;

    public static BindingTracing Of(Tracer tracer) => tracer.IsEnabled ? new EventTracing(tracer) : Off;

    public override MessageSpan? StartEvent(string binding, IReadOnlyDictionary<string, string> metadata)
    {
        var parent = metadata.TryGetValue("traceparent", out var text) && TraceContext.TryParse(text, out var context) ? context : default;
        var span = tracer.Start($"bindings/{binding}", SpanKind.Client, parent);
        return span is null ? null : new MessageTracing.Ended(span);
    }
}
