using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Sidecar.Zipkin;

/// <summary>Writes what was found.</summary>
internal static class ZipkinAnswers
{
    public static Task TextAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        return WriteAsync(http, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
    }

    public static Task JsonAsync(HttpContext http, ReadOnlyMemory<byte> json) => WriteAsync(http, "application/json", json);

    public static Task PageAsync(HttpContext http) => WriteAsync(http, "text/html; charset=utf-8", TracePage.Html);

    public static Task NamesAsync(HttpContext http, IReadOnlyList<string> names) => JsonAsync(http, JsonSerializer.SerializeToUtf8Bytes(names));

    public static Task SpansAsync(HttpContext http, IReadOnlyList<StoredSpan> spans)
    {
        var body = new ArrayBufferWriter<byte>();
        Write(body, spans);
        return JsonAsync(http, body.WrittenMemory);
    }

    public static Task TracesAsync(HttpContext http, IEnumerable<IReadOnlyList<StoredSpan>> traces)
    {
        var body = new ArrayBufferWriter<byte>();
        var separator = "["u8;
        foreach (var trace in traces)
        {
            body.Write(separator);
            Write(body, trace);
            separator = ","u8;
        }

        body.Write(body.WrittenCount == 0 ? "[]"u8 : "]"u8);
        return JsonAsync(http, body.WrittenMemory);
    }

    public static Task LinksAsync(HttpContext http, IReadOnlyList<DependencyLink> links)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartArray();
            foreach (var link in links)
            {
                json.WriteStartObject();
                json.WriteString("parent"u8, link.Parent);
                json.WriteString("child"u8, link.Child);
                json.WriteNumber("callCount"u8, link.CallCount);
                if (link.ErrorCount > 0)
                {
                    json.WriteNumber("errorCount"u8, link.ErrorCount);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return JsonAsync(http, body.WrittenMemory);
    }

    private static void Write(ArrayBufferWriter<byte> body, IReadOnlyList<StoredSpan> spans)
    {
        var separator = "["u8;
        foreach (var span in spans)
        {
            body.Write(separator);
            body.Write(SpanWriter.Write(span.Read()));
            separator = ","u8;
        }

        body.Write(spans.Count == 0 ? "[]"u8 : "]"u8);
    }

    private static Task WriteAsync(HttpContext http, string type, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentType = type;
        http.Response.ContentLength = body.Length;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}
