using System.Diagnostics;
using System.Net.Http.Headers;

namespace Dapr.Wire;

/// <summary>The current activity in the headers of a call, as text and in gRPC's binary form.</summary>
internal static class WireTrace
{
    private const int TraceIdAt = 2;
    private const int TraceIdLength = 16;
    private const int SpanIdAt = 19;
    private const int SpanIdLength = 8;
    private const int BinaryLength = 29;

    public static void Write(HttpRequestHeaders headers)
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } activity)
        {
            return;
        }

        headers.TryAddWithoutValidation("traceparent", id);
        if (activity.TraceStateString is { Length: > 0 } state)
        {
            headers.TryAddWithoutValidation("tracestate", state);
        }

        headers.TryAddWithoutValidation("grpc-trace-bin", Binary(activity));
    }

    /// <summary>A version, then fields each led by its number: 0 the trace, 1 the span, 2 the flags.</summary>
    private static string Binary(Activity activity)
    {
        Span<byte> bytes = stackalloc byte[BinaryLength];
        bytes.Clear();
        activity.TraceId.CopyTo(bytes.Slice(TraceIdAt, TraceIdLength));
        bytes[SpanIdAt - 1] = 1;
        activity.SpanId.CopyTo(bytes.Slice(SpanIdAt, SpanIdLength));
        bytes[^2] = 2;
        bytes[^1] = (byte)activity.ActivityTraceFlags;
        return WireBinary.Write(bytes);
    }
}
