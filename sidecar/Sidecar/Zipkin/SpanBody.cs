using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Sidecar.Zipkin;

/// <summary>What a participant sends: a list of spans as JSON, maybe compressed, and never more than fits.</summary>
internal static class SpanBody
{
    private const int MostBytes = 8 * 1024 * 1024;

    /// <summary>Null when the answer has been given.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentType?.Contains("protobuf", StringComparison.OrdinalIgnoreCase) is true)
        {
            await ZipkinAnswers.TextAsync(http, StatusCodes.Status415UnsupportedMediaType, "send spans as JSON");
            return null;
        }

        var body = http.Request.ContentLength > MostBytes ? null : await ReadAsync(http.Request.Body, (int?)http.Request.ContentLength, http.RequestAborted);
        if (body is { Length: > 0 } && $"{http.Request.Headers.ContentEncoding}".Contains("gzip", StringComparison.Ordinal))
        {
            body = await UnpackAsync(body, http.RequestAborted);
        }

        if (body is null)
        {
            await ZipkinAnswers.TextAsync(http, StatusCodes.Status413PayloadTooLarge, $"send at most {MostBytes} bytes at once");
        }

        return body;
    }

    public static IReadOnlyList<(ZipkinSpan Span, Range Place)> Spans(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || body.SequenceEqual("[]"u8))
        {
            return [];
        }

        if (body[0] is not ((byte)'[' or (byte)'{'))
        {
            throw new ZipkinException("Expected a JSON_V2 encoded list\n");
        }

        // A member of the first version alone: binaryAnnotations.
        return body.IndexOf("yAnnotations\""u8) >= 0
            ? throw new ZipkinException("Expected a JSON_V2 encoded list, but received: JSON_V1\n")
            : SpanReader.Skim(body);
    }

    private static async Task<byte[]?> UnpackAsync(byte[] packed, CancellationToken cancellation)
    {
        try
        {
            await using var unpacked = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            return await ReadAsync(unpacked, null, cancellation) switch
            {
                { Length: 0 } => throw new InvalidDataException(),
                var body => body,
            };
        }
        catch (InvalidDataException)
        {
            throw new ZipkinException("Cannot gunzip spans");
        }
    }

    private static async Task<byte[]?> ReadAsync(Stream stream, int? length, CancellationToken cancellation)
    {
        var whole = new byte[Math.Max(length ?? 64 * 1024, 1)];
        var count = 0;
        for (int read; (read = await stream.ReadAsync(whole.AsMemory(count), cancellation)) > 0;)
        {
            if ((count += read) > MostBytes)
            {
                return null;
            }

            if (count == whole.Length && count != length)
            {
                Array.Resize(ref whole, count * 2);
            }
        }

        return count == whole.Length ? whole : whole[..count];
    }
}
