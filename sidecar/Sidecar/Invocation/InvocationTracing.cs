using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Sidecar.Invocation;

/// <summary>
/// Decides which trace context a call carries, between sidecars and to the app. This one makes no spans: it hands on what the caller
/// sent, and zeros where the caller sent nothing, as daprd does with nowhere to send spans to.
/// </summary>
public class InvocationTracing
{
    public static InvocationTracing Off { get; } = new();

    /// <summary>A call leaves for another sidecar or, at its own app, stays here: the context of the span that it runs in.</summary>
    public virtual TraceContext Outgoing(InvokeRequest request) => TraceContext.Of(request);

    /// <summary>A call came from another sidecar: starts the span of its work here. Null when nothing is traced.</summary>
    public virtual InvocationSpan? StartIncoming(string appId, InvokeRequest request, TraceContext parent) => null;
}

/// <summary>The work on one call from another sidecar.</summary>
public abstract class InvocationSpan
{
    public abstract TraceContext Context { get; }

    /// <summary>Null when the app answered, whatever it answered.</summary>
    public abstract void End(InvocationException? failure);
}

/// <summary>A position in a trace, in the words of W3C.</summary>
public readonly record struct TraceContext(string Traceparent, string Tracestate = "")
{
    /// <summary>Headers that lead nowhere.</summary>
    public static TraceContext None { get; } = new("00-00000000000000000000000000000000-0000000000000000-00");

    /// <summary>No headers at all: tracing is switched off for good.</summary>
    public static TraceContext Absent { get; } = new("");

    public bool IsValid => IsTraceparent(Traceparent);

    public static TraceContext Of(InvokeRequest request) => Of(
        request.IsGrpc ? request.Metadata.First("grpc-trace-bin") : "",
        request.Metadata.First("traceparent"),
        request.Metadata.First("tracestate"));

    public static TraceContext Of(IHeaderDictionary metadata) => Of(
        metadata["grpc-trace-bin"].ToString(),
        metadata.TraceParent.ToString(),
        metadata.TraceState.ToString());

    private static TraceContext Of(string binary, string traceparent, string tracestate) =>
        OfBinary(binary) ?? (IsTraceparent(traceparent) ? new(traceparent, tracestate) : None);

    /// <summary>As metadata of gRPC, in base64 without padding.</summary>
    public string ToBinary()
    {
        Span<byte> bytes = stackalloc byte[29];
        bytes.Clear();
        Convert.FromHexString(Traceparent.AsSpan(3, 32), bytes[2..18], out _, out _);
        bytes[18] = 1;
        Convert.FromHexString(Traceparent.AsSpan(36, 16), bytes[19..27], out _, out _);
        bytes[27] = 2;
        Convert.FromHexString(Traceparent.AsSpan(53, 2), bytes[28..], out _, out _);
        return Grpc.GrpcMetadata.Encode(bytes);
    }

    /// <summary>OpenCensus' form, in base64: version, then trace id, span id and flags, each behind its number.</summary>
    private static TraceContext? OfBinary(string encoded)
    {
        Span<byte> bytes = stackalloc byte[32];
        if (encoded.Length is 0 or > 40 || !Convert.TryFromBase64String(encoded.PadRight((encoded.Length + 3) / 4 * 4, '='), bytes, out var length) || length < 29 || bytes[0] != 0 || bytes[1] != 0)
        {
            return null;
        }

        var traceparent = $"00-{Convert.ToHexStringLower(bytes[2..18])}-{Convert.ToHexStringLower(bytes[19..27])}-{bytes[28].ToString("x2", CultureInfo.InvariantCulture)}";
        return IsTraceparent(traceparent) ? new(traceparent) : null;
    }

    private static bool IsTraceparent(string text) =>
        text.Length >= 55 && (text.Length == 55 || (text[55] == '-' && !text.StartsWith("00", StringComparison.Ordinal)))
        && text[2] == '-' && text[35] == '-' && text[52] == '-'
        && IsHex(text.AsSpan(0, 2)) && !text.StartsWith("ff", StringComparison.Ordinal)
        && IsHex(text.AsSpan(3, 32)) && text.AsSpan(3, 32).ContainsAnyExcept('0')
        && IsHex(text.AsSpan(36, 16)) && text.AsSpan(36, 16).ContainsAnyExcept('0')
        && IsHex(text.AsSpan(53, 2));

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept("0123456789abcdef");
}
