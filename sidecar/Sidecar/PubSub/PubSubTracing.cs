namespace Sidecar.PubSub;

/// <summary>Makes the spans of publishing and delivery. This one makes none, as with tracing switched off.</summary>
public class PubSubTracing
{
    public static PubSubTracing Off { get; } = new();

    /// <summary>The span of one entry of a bulk publish, child of the request's; null when nothing is traced.</summary>
    public virtual MessageSpan? StartEntry(TraceHeaders request) => null;

    /// <summary>
    /// The span <c>pubsub/TOPIC</c> of one delivery to the app, child of what <paramref name="traceparent"/> names when it names a
    /// span. Null when the app gets no trace headers.
    /// </summary>
    public virtual MessageSpan? StartDelivery(string topic, string traceparent) => null;
}

/// <summary>One span around one message.</summary>
public abstract class MessageSpan
{
    public abstract TraceHeaders Headers { get; }

    /// <summary>The span ended with this status of HTTP.</summary>
    public abstract void EndHttp(int status);

    /// <summary>The span ended with this code of gRPC.</summary>
    public abstract void EndGrpc(Errors.GrpcCode code, string message);

    /// <summary>The span ended without an answer.</summary>
    public abstract void EndFailed();
}
