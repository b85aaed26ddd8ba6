using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sidecar.Telemetry.Tracing;

/// <summary>
/// Spans in the JSON of Zipkin's second version, as OpenTelemetry's exporter for Go maps them. One batch at a time: the next one
/// overwrites what was returned.
/// </summary>
public sealed class ZipkinJson(IReadOnlyDictionary<string, string> resource)
{
    /// <summary>The first of these that a span has names who was called.</summary>
    private static readonly string[] RemoteNames = ["peer.service", "server.address", "net.peer.name", "db.name"];

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string service = resource.GetValueOrDefault("service.name", "unknown_service").ToLowerInvariant();

    private readonly ArrayBufferWriter<byte> buffer = new(4096);

    public ReadOnlyMemory<byte> Write(IReadOnlyList<Span> spans)
    {
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            json.WriteStartArray();
            foreach (var span in spans)
            {
                Write(json, span);
            }

            json.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }

    private void Write(Utf8JsonWriter json, Span span)
    {
        json.WriteStartObject();
        json.WriteNumber("timestamp"u8, Microseconds(span.StartTime));
        if (Microseconds(span.Duration) is > 0 and var duration)
        {
            json.WriteNumber("duration"u8, duration);
        }

        WriteId(json, "traceId"u8, span.Context.TraceId);
        WriteId(json, "id"u8, span.Context.SpanId);
        if (span.ParentSpanId != 0)
        {
            WriteId(json, "parentId"u8, span.ParentSpanId);
        }

        json.WriteString("name"u8, span.Name.ToLowerInvariant());
        if (span.Kind != SpanKind.Internal)
        {
            json.WriteString("kind"u8, Kind(span.Kind));
        }

        WriteEndpoint(json, "localEndpoint"u8, service);
        if (RemoteName(span) is { } remote)
        {
            WriteEndpoint(json, "remoteEndpoint"u8, remote.ToLowerInvariant());
        }

        WriteEvents(json, span.Events);
        json.WriteStartObject("tags"u8);
        WriteTags(json, span);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteTags(Utf8JsonWriter json, Span span)
    {
        foreach (var (key, value) in span.Tags)
        {
            if (!resource.ContainsKey(key) && key != "error")
            {
                json.WriteString(key, value);
            }
        }

        foreach (var (key, value) in resource)
        {
            json.WriteString(key, value);
        }

        if (span.Error is { } error)
        {
            json.WriteString("error"u8, error);
            json.WriteString("otel.status_code"u8, "ERROR"u8);
        }

        json.WriteString("otel.scope.name"u8, span.Scope);
    }

    private static void WriteEvents(Utf8JsonWriter json, IReadOnlyList<SpanEvent> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        json.WriteStartArray("annotations"u8);
        foreach (var happened in events)
        {
            json.WriteStartObject();
            json.WriteNumber("timestamp"u8, Microseconds(happened.Time));
            json.WriteString("value"u8, happened.Tags.Count == 0 ? happened.Name : $"{happened.Name}: {Tags(happened)}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>JSON in a text, as the exporter for Go puts it there.</summary>
    private static string Tags(SpanEvent happened)
    {
        var tags = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var (key, value) in happened.Tags)
        {
            tags[key] = value;
        }

        return JsonSerializer.Serialize(tags, Relaxed);
    }

    private static void WriteEndpoint(Utf8JsonWriter json, ReadOnlySpan<byte> property, string name)
    {
        json.WriteStartObject(property);
        json.WriteString("serviceName"u8, name);
        json.WriteEndObject();
    }

    private static string? RemoteName(Span span)
    {
        if (span.Kind is not (SpanKind.Client or SpanKind.Producer))
        {
            return null;
        }

        foreach (var name in RemoteNames)
        {
            foreach (var (key, value) in span.Tags)
            {
                if (key == name)
                {
                    return value;
                }
            }
        }

        return null;
    }

    /// <summary>A trace that began with 64 bits stays one.</summary>
    private static void WriteId(Utf8JsonWriter json, ReadOnlySpan<byte> property, UInt128 id)
    {
        Span<byte> text = stackalloc byte[32];
        id.TryFormat(text, out var length, id > ulong.MaxValue ? "x32" : "x16");
        json.WriteString(property, text[..length]);
    }

    private static ReadOnlySpan<byte> Kind(SpanKind kind) => kind switch
    {
        SpanKind.Server => "SERVER"u8,
        SpanKind.Client => "CLIENT"u8,
        SpanKind.Producer => "PRODUCER"u8,
        _ => "CONSUMER"u8,
    };

    private static long Microseconds(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks + 5) / TimeSpan.TicksPerMicrosecond;

    private static long Microseconds(TimeSpan duration) =>
        duration.Ticks is > 0 and < TimeSpan.TicksPerMicrosecond ? 1 : (duration.Ticks + 5) / TimeSpan.TicksPerMicrosecond;
}
