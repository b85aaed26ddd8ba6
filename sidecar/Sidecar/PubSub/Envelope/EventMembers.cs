namespace Sidecar.PubSub.Envelope;

/// <summary>Names that stand in envelopes and in the metadata of brokers alike.</summary>
internal static class EventMembers
{
    public const string TraceId = "traceid";
    public const string Traceparent = "traceparent";
    public const string Tracestate = "tracestate";
}
