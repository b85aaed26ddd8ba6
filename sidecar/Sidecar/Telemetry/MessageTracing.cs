using Sidecar.Errors;
using Sidecar.PubSub;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Telemetry;

/// <summary>The spans of messages: one for each entry of a bulk publish, one for each delivery to the app.</summary>
internal sealed class MessageTracing : PubSubTracing
{
    private readonly Tracer tracer;

    private MessageTracing(Tracer tracer) => this.tracer = tracer;

    public static PubSubTracing Of(Tracer tracer) => tracer.IsEnabled ? new MessageTracing(tracer) : Off;

    public override MessageSpan? StartEntry(TraceHeaders request)
    {
        var span = tracer.Start("PublishEvent", SpanKind.Producer, Parse(request.Traceparent, request.Tracestate));
        return span is null ? null : new Ended(span);
    }

    public override MessageSpan? StartDelivery(string topic, string traceparent)
    {
        if (!TraceContext.TryParse(traceparent, out var parent))
        {
            return null;
        }

        var span = tracer.Start($"pubsub/{topic}", SpanKind.Client, parent);
        span?.Tag("messaging.system", "pubsub");
        span?.Tag("messaging.destination.name", topic);
        return span is null ? null : new Ended(span);
    }

    private static TraceContext Parse(string traceparent, string tracestate) =>
        TraceContext.TryParse(traceparent, out var context) ? context with { State = TraceState.Parse(tracestate) } : default;

    internal sealed class Ended(Span span) : MessageSpan
    {
        public override TraceHeaders Headers => new(span.Traceparent, span.Tracestate ?? "");

        public override void EndHttp(int status) => span.EndHttp(status);

        public override void EndGrpc(GrpcCode code, string message) => span.EndGrpc(code, message);

        public override void EndFailed()
        {
            span.Fail("failed");
            span.End();
        }
    }
}
