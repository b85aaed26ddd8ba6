using Sidecar.Telemetry.Tracing;

namespace Sidecar.PubSub.Delivery;

/// <summary>The spans of deliveries: pubsub/TOPIC, a child of the one in which the message was published.</summary>
internal sealed class DeliverySpans(Tracer tracer)
{
    /// <summary>Null when tracing is switched off, and for a message that says nothing of a trace.</summary>
    public Span? Start(string topic, ReceivedEvent? received)
    {
        if (received?.Trace is not { } text || !tracer.IsEnabled)
        {
            return null;
        }

        var span = tracer.Start($"pubsub/{topic}", SpanKind.Client, TraceContext.TryParse(text, out var parent) ? parent : default);
        span?.Tag("messaging.system", "pubsub");
        span?.Tag("messaging.destination.name", topic);
        return span is { Context.IsValid: true } ? span : null;
    }

    public List<Span> Start(OutgoingBatch batch)
    {
        var spans = new List<Span>();
        foreach (var entry in batch.Entries)
        {
            if (Start(batch.Topic, entry.Event) is { } span)
            {
                spans.Add(span);
            }
        }

        return spans;
    }
}
