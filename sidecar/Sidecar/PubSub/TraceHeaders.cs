namespace Sidecar.PubSub;

/// <summary>The trace context of a call as its W3C headers; empty where there is none.</summary>
public readonly record struct TraceHeaders(string Traceparent, string Tracestate = "", string Baggage = "")
{
    public static TraceHeaders None { get; } = new("");
}
