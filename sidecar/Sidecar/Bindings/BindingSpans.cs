using Sidecar.Telemetry.Tracing;

namespace Sidecar.Bindings;

/// <summary>The spans of events on their way to the app: bindings/NAME, around all attempts.</summary>
internal sealed class BindingSpans(Tracer tracer)
{
    /// <param name="operation">What the app is asked, by the name of the binding and not by its route.</param>
    public Span? Start(InputBinding binding, BindingEvent @event, string operation)
    {
        var parent = @event.Metadata.TryGetValue("traceparent", out var text) && TraceContext.TryParse(text, out var context) ? context : default;
        var span = tracer.Start($"bindings/{binding.Name}", SpanKind.Client, parent);
        span?.Tag("db.name", binding.Name);
        span?.Tag("db.system", "bindings");
        span?.Tag("db.connection_string", operation);
        span?.Tag("rpc.service", "Dapr");
        return span;
    }
}
