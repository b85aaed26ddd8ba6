using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sidecar.Zipkin;

/// <summary>A span as Zipkin shows it: members in its order, tags by name, nothing that is unknown.</summary>
internal static class SpanWriter
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(ZipkinSpan span)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Plain);
        json.WriteStartObject();
        json.WriteString("traceId"u8, span.TraceId);
        WriteText(json, "parentId", span.ParentId);
        json.WriteString("id"u8, span.Id);
        WriteText(json, "kind", span.Kind?.ToString().ToUpperInvariant());
        WriteText(json, "name", span.Name);
        WriteNumber(json, "timestamp", span.Timestamp);
        WriteNumber(json, "duration", span.Duration);
        WriteEndpoint(json, "localEndpoint", span.Local);
        WriteEndpoint(json, "remoteEndpoint", span.Remote);
        WriteAnnotations(json, span.Annotations);
        WriteTags(json, span.Tags);
        WriteTrue(json, "debug", span.IsDebug);
        WriteTrue(json, "shared", span.IsShared);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long number)
    {
        if (number != 0)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteTrue(Utf8JsonWriter json, string name, bool isTrue)
    {
        if (isTrue)
        {
            json.WriteBoolean(name, isTrue);
        }
    }

    private static void WriteEndpoint(Utf8JsonWriter json, string name, ZipkinEndpoint? endpoint)
    {
        if (endpoint is not null)
        {
            json.WriteStartObject(name);
            WriteText(json, "serviceName", endpoint.ServiceName);
            WriteText(json, "ipv4", endpoint.Ipv4);
            WriteText(json, "ipv6", endpoint.Ipv6);
            WriteNumber(json, "port", endpoint.Port);
            json.WriteEndObject();
        }
    }

    private static void WriteAnnotations(Utf8JsonWriter json, IReadOnlyList<ZipkinAnnotation> annotations)
    {
        if (annotations.Count > 0)
        {
            json.WriteStartArray("annotations"u8);
            foreach (var annotation in annotations)
            {
                json.WriteStartObject();
                json.WriteNumber("timestamp"u8, annotation.Timestamp);
                json.WriteString("value"u8, annotation.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void WriteTags(Utf8JsonWriter json, IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count > 0)
        {
            json.WriteStartObject("tags"u8);
            foreach (var (key, value) in tags)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }
    }
}
