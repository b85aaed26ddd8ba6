namespace Sidecar.PubSub.Delivery;

/// <summary>The headers of a call to the app: the broker's metadata, the broker's name, the trace.</summary>
internal static class DeliveryHeaders
{
    private const string Traceparent = "traceparent";
    private const string Tracestate = "tracestate";

    public static void Add(HttpRequestMessage request, IReadOnlyDictionary<string, string> metadata, string pubsub, MessageSpan? span)
    {
        var headers = request.Headers;
        headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        headers.TryAddWithoutValidation(DeliveryMetadata.PubSub, pubsub);
        var (traceparent, tracestate) = ("", "");
        if (metadata.Count > 0)
        {
            foreach (var (name, value) in metadata)
            {
                if (name.Equals(Traceparent, StringComparison.OrdinalIgnoreCase))
                {
                    traceparent = value;
                }
                else if (name.Equals(Tracestate, StringComparison.OrdinalIgnoreCase))
                {
                    tracestate = value;
                }
                else if (name != DeliveryMetadata.PubSub && !IsOfThisHopOnly(name))
                {
                    headers.TryAddWithoutValidation(Named(name), value);
                }
            }
        }

        if (span is not null)
        {
            (traceparent, tracestate) = (span.Headers.Traceparent, span.Headers.Tracestate);
        }

        if (traceparent.Length > 0)
        {
            headers.TryAddWithoutValidation(Traceparent, traceparent);
            if (tracestate.Length > 0)
            {
                headers.TryAddWithoutValidation(Tracestate, tracestate);
            }
        }
    }

    /// <summary>Names that gRPC keeps for itself are told apart by a prefix.</summary>
    private static string Named(string name) => name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) ? $"dapr-{name}" : name;

    private static bool IsOfThisHopOnly(string name) =>
        name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase) || name.ToLowerInvariant() is
            "content-type" or "content-length" or "destination-app-id" or "connection" or "keep-alive" or "proxy-connection" or "transfer-encoding" or
            "upgrade" or "http2-settings" or "te" or "trailer" or "proxy-authorization" or "proxy-authenticate";
}
