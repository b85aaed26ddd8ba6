using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Library.Defaults.Web.Telemetry;

/// <summary>One span as Zipkin's v2 JSON.</summary>
internal static class ZipkinSpan
{
    private const int MaxText = 1024;
    private const string Grpc = "/dapr.proto.runtime.v1.Dapr/";

    public static void Write(Utf8JsonWriter json, Activity span, string app)
    {
        json.WriteStartObject();
        json.WriteString("traceId", span.TraceId.ToHexString());
        json.WriteString("id", span.SpanId.ToHexString());
        if (span.ParentSpanId != default)
        {
            json.WriteString("parentId", span.ParentSpanId.ToHexString());
        }

        json.WriteString("name", Short(Name(span)));
        if (Kind(span.Kind) is { } kind)
        {
            json.WriteString("kind", kind);
        }

        json.WriteNumber("timestamp", Microseconds(span.StartTimeUtc - DateTime.UnixEpoch));
        json.WriteNumber("duration", Math.Max(1, Microseconds(span.Duration)));
        json.WriteStartObject("localEndpoint");
        json.WriteString("serviceName", app);
        json.WriteEndObject();
        WriteTags(json, span);
        json.WriteEndObject();
    }

    /// <summary>A call over gRPC is always a POST; its method says more.</summary>
    private static string Name(Activity span) =>
        span.GetTagItem("url.full") is string url && url.IndexOf(Grpc, StringComparison.Ordinal) is var at and >= 0 ? url[(at + Grpc.Length)..] : span.DisplayName;

    private static void WriteTags(Utf8JsonWriter json, Activity span)
    {
        json.WriteStartObject("tags");
        foreach (var (name, value) in span.EnumerateTagObjects())
        {
            if (value is not null)
            {
                json.WriteString(name, Short(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
            }
        }

        json.WriteString("otel.scope.name", span.Source.Name);
        if (span.Status == ActivityStatusCode.Error)
        {
            json.WriteString("error", Short(span.StatusDescription ?? "true"));
        }

        json.WriteEndObject();
    }

    private static string? Kind(ActivityKind kind) => kind switch
    {
        ActivityKind.Server => "SERVER",
        ActivityKind.Client => "CLIENT",
        ActivityKind.Producer => "PRODUCER",
        ActivityKind.Consumer => "CONSUMER",
        _ => null,
    };

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    private static string Short(string text) => text.Length <= MaxText ? text : text[..MaxText];
}
