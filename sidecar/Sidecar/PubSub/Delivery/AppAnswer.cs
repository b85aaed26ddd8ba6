using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.PubSub.Delivery;

/// <summary>Reads what an app says about a delivery.</summary>
internal static class AppAnswer
{
    public const string Success = "SUCCESS";
    public const string Retry = "RETRY";
    public const string Drop = "DROP";
    private const int LongestQuote = 4096;

    /// <summary>The status, or null when the answer holds none: an app that says nothing that we understand has handled the event.</summary>
    public static async ValueTask<string?> ReadStatusAsync(HttpResponseMessage answer, int limit, CancellationToken cancellation)
    {
        var body = await ReadAsync(answer, limit, cancellation);
        var content = body.Span.TrimStart(" \t\r\n"u8);
        return content is [(byte)'{', ..] ? Status(content) : null;
    }

    /// <summary>For messages in the log.</summary>
    public static async ValueTask<string> ReadTextAsync(HttpResponseMessage answer, int limit, CancellationToken cancellation)
    {
        var body = await ReadAsync(answer, limit, cancellation);
        return Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, LongestQuote)]);
    }

    /// <summary>The whole body, or nothing when it is longer than the limit or breaks off.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage answer, int limit, CancellationToken cancellation)
    {
        if (answer.Content.Headers.ContentLength is 0)
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        try
        {
            await using var raw = await answer.Content.ReadAsStreamAsync(cancellation);
            await using var stream = answer.Content.Headers.ContentEncoding.Contains("gzip") ? new GZipStream(raw, CompressionMode.Decompress) : raw;
            using var body = new MemoryStream(answer.Content.Headers.ContentLength is { } length and <= int.MaxValue ? (int)Math.Min(length, limit) : 256);
            var buffer = new byte[4096];
            for (int read; (read = await stream.ReadAsync(buffer, cancellation)) > 0;)
            {
                if (body.Length + read > limit)
                {
                    return ReadOnlyMemory<byte>.Empty;
                }

                body.Write(buffer.AsSpan(0, read));
            }

            return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or InvalidDataException)
        {
            return ReadOnlyMemory<byte>.Empty;
        }
    }

    /// <summary>Only the first value counts, and of two members of this name the last.</summary>
    private static string? Status(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 10_000, AllowMultipleValues = true });
        string? status = null;
        try
        {
            reader.Read();
            while (reader.Read() && reader.CurrentDepth > 0)
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !IsStatus(reader.ValueSpan))
                {
                    continue;
                }

                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    status = GoString.Unquote(reader.ValueSpan);
                }
                else if (reader.TokenType != JsonTokenType.Null)
                {
                    return null;
                }
            }

            return status;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsStatus(ReadOnlySpan<byte> name) => name.Length == 6 && Ascii.EqualsIgnoreCase(name, "status"u8);
}
