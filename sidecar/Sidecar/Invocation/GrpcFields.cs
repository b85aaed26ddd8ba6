using System.Collections.Frozen;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Invocation;

/// <summary>
/// Header fields as metadata of gRPC and back. Between sidecars both are one map, in which binary values are base64 with padding.
/// </summary>
public static class GrpcFields
{
    /// <summary>Fields of HTTP that would mean something else in gRPC; they travel with a prefix.</summary>
    private static readonly FrozenSet<string> Permanent = new[]
    {
        "accept", "accept-charset", "accept-language", "accept-ranges", "connection", "keep-alive", "proxy-connection", "transfer-encoding",
        "upgrade", "cache-control", "content-type", "content-length", "cookie", "date", "expect", "from", "host", "if-match",
        "if-modified-since", "if-none-match", "if-schedule-tag-match", "if-unmodified-since", "max-forwards", "origin", "pragma",
        "referer", "via", "warning",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Fields of the protocol itself.</summary>
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "content-type", "user-agent", "grpc-message-type", "grpc-encoding", "grpc-message", "grpc-status", "grpc-timeout",
        "grpc-status-details-bin", "te", "host", "traceparent", "tracestate", "grpc-trace-bin", "destination-app-id",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] VerbNames = [.. Enum.GetValues<HTTPExtension.Types.Verb>().Select(verb => verb.ToString().ToUpperInvariant())];

    /// <summary>Means something to the two ends of a connection only.</summary>
    public static bool IsOfConnection(string name) => name.StartsWith(':')
        || name.ToLowerInvariant() is "content-type" or "user-agent" or "te" or "host" or "grpc-timeout" or "grpc-encoding" or "grpc-accept-encoding"
            or "grpc-message-type" or "grpc-status" or "grpc-message" or "grpc-status-details-bin" or "transfer-encoding" or "connection";

    /// <summary>A verb that nobody knows is a POST.</summary>
    public static HTTPExtension.Types.Verb Verb(string verb)
    {
        var number = Array.FindIndex(VerbNames, name => name.Equals(verb, StringComparison.OrdinalIgnoreCase));
        return number < 0 ? HTTPExtension.Types.Verb.Post : (HTTPExtension.Types.Verb)number;
    }

    public static string Verb(HTTPExtension.Types.Verb verb) => (int)verb >= 0 && (int)verb < VerbNames.Length ? VerbNames[(int)verb] : $"{(int)verb}";

    public static string KnownVerb(string verb) => verb is "GET" or "POST" ? verb : Verb(Verb(verb));

    /// <summary>What a caller sent with a call of gRPC.</summary>
    public static HeaderFields Of(HttpRequest call)
    {
        var fields = new HeaderFields(call.Headers.Count + 8);
        fields.Append(":authority", call.Host.Value ?? "");
        foreach (var (name, values) in call.Headers)
        {
            var isProtocol = name is "te" or "Host" or "TE" || name.StartsWith(':')
                || (name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) && Reserved.Contains(name) && name != "grpc-trace-bin");
            if (!isProtocol)
            {
                fields.Append(Lower(name), FromWire(name, values));
            }
        }

        return fields;
    }

    /// <summary>What a gRPC server sent along with its answer.</summary>
    public static HeaderFields Of(HttpResponseHeaders? answer)
    {
        var fields = new HeaderFields();
        if (answer is not null)
        {
            foreach (var (name, values) in answer.NonValidated)
            {
                if (!Reserved.Contains(name))
                {
                    fields.Append(Lower(name), FromWire(name, values.ToArray()));
                }
            }
        }

        return fields;
    }

    /// <summary>Calls <paramref name="write"/> for each pair that goes with a call, or an answer, of gRPC.</summary>
    /// <param name="isHttp">The fields come from HTTP.</param>
    public static void Copy<TState>(HeaderFields fields, bool isHttp, TState state, Action<TState, string, string> write)
    {
        foreach (var (name, values) in fields)
        {
            Copy(name, values, isHttp, state, write);
        }
    }

    public static void Copy<TState>(string name, StringValues values, bool isHttp, TState state, Action<TState, string, string> write)
    {
        var prefixed = isHttp && Permanent.Contains(name);
        if (name.Length == 0 || name[0] == ':' || (!prefixed && Reserved.Contains(name)))
        {
            return;
        }

        var lower = prefixed ? "dapr-" + Lower(name) : Lower(name);
        foreach (var value in values)
        {
            write(state, lower, GrpcMetadata.IsBinary(name) ? value!.TrimEnd('=') : value!);
        }
    }

    public static List<KeyValuePair<string, string>> ToMetadata(HeaderFields fields, bool isHttp, Span? span)
    {
        var metadata = new List<KeyValuePair<string, string>>(fields.Count + 4);
        Copy(fields, isHttp, metadata, static (to, name, value) => to.Add(new(name, value)));
        metadata.AddRange(ToMetadata(span));
        return metadata;
    }

    /// <summary>The trace, in both of the forms that peers read.</summary>
    public static List<KeyValuePair<string, string>> ToMetadata(Span? span)
    {
        var metadata = new List<KeyValuePair<string, string>>(3);
        if (span is not null)
        {
            metadata.Add(new("traceparent", span.Traceparent));
            metadata.Add(new("grpc-trace-bin", GrpcMetadata.Encode(span.Context.ToBinary())));
        }

        if (span?.Tracestate is { } state)
        {
            metadata.Add(new("tracestate", state));
        }

        return metadata;
    }

    private static StringValues FromWire(string name, StringValues values) => GrpcMetadata.IsBinary(name)
        ? Array.ConvertAll(values.ToArray(), value => value!.PadRight((value.Length + 3) / 4 * 4, '='))
        : values;

    private static string Lower(string name) => name.ToLower(CultureInfo.InvariantCulture);
}
