using System.Buffers;
using System.Text;
using System.Text.Json;
using Sidecar.Invocation;
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
    public static async ValueTask<string?> ReadStatusAsync(InvokeAnswer answer, int limit, CancellationToken cancellation)
    {
        var body = await ReadAsync(answer, limit, cancellation);
        var content = body.Span.TrimStart(" \t\r\n"u8);
        return content is [(byte)'{', ..] ? Status(content) : null;
    }

    /// <summary>For messages in the log.</summary>
    public static async ValueTask<string> ReadTextAsync(InvokeAnswer answer, int limit, CancellationToken cancellation)
    {
        var body = await ReadAsync(answer, limit, cancellation);
        return Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, LongestQuote)]);
    }

    /// <summary>The whole body, or nothing when it is longer than the limit or breaks off.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(InvokeAnswer answer, int limit, CancellationToken cancellation)
    {
        try
        {
            ArrayBufferWriter<byte>? all = null;
            for (ReadOnlyMemory<byte> piece; !(piece = await answer.Body.ReadAsync(cancellation)).IsEmpty;)
            {
                all ??= new ArrayBufferWriter<byte>(piece.Length);
                if (all.WrittenCount + piece.Length > limit)
                {
                    return default;
                }

                all.Write(piece.Span);
            }

            return all?.WrittenMemory ?? default;
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException)
        {
            return default;
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
