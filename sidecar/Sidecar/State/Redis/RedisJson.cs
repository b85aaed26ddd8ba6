using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sidecar.State.Redis;

/// <summary>
/// JSON as Dapr's Redis store writes it: characters that HTML knows stay as they are, and fractions keep six digits.
/// </summary>
internal static class RedisJson
{
    private const double ExactAbove = 0x4ffffff;

    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> json) =>
        json.Span.IndexOfAny("\\."u8) < 0 && json.Span.IndexOf("e-"u8) < 0 && json.Span.IndexOf("-0"u8) < 0 ? json : Rewrite(json.Span);

    /// <summary>The document that the JSON module keeps: the value beside its version.</summary>
    public static ReadOnlyMemory<byte> Document(StateValue value)
    {
        var document = new ArrayBufferWriter<byte>(value.Bytes.Length + 16);
        document.Write("{\"data\":"u8);
        if (value.IsJson)
        {
            document.Write(Of(value.Bytes).Span);
        }
        else
        {
            document.Write(Encoding.ASCII.GetBytes($"\"{Convert.ToBase64String(value.Bytes.Span)}\""));
        }

        document.Write("}"u8);
        return document.WrittenMemory;
    }

    public static StateItem Item(ReadOnlyMemory<byte> document)
    {
        using var parsed = JsonDocument.Parse(document);
        var root = parsed.RootElement;
        var data = root.TryGetProperty("data", out var value) ? Encoding.UTF8.GetBytes(value.GetRawText()) : "null"u8.ToArray();
        return new StateItem(data, root.TryGetProperty("version", out var version) ? version.GetRawText() : null);
    }

    private static ReadOnlyMemory<byte> Rewrite(ReadOnlySpan<byte> json)
    {
        var written = new ArrayBufferWriter<byte>(json.Length);
        while (!json.IsEmpty)
        {
            var size = json[0] switch
            {
                (byte)'"' => String(json, written),
                (byte)'-' or (>= (byte)'0' and <= (byte)'9') => Number(json, written),
                _ => Plain(json, written),
            };
            json = json[size..];
        }

        return written.WrittenMemory;
    }

    private static int Plain(ReadOnlySpan<byte> json, ArrayBufferWriter<byte> written)
    {
        var end = json.IndexOfAny("\"-0123456789"u8);
        var size = end < 0 ? json.Length : end;
        written.Write(json[..size]);
        return size;
    }

    private static int String(ReadOnlySpan<byte> json, ArrayBufferWriter<byte> written)
    {
        var at = 0;
        do
        {
            var next = json[(at + 1)..].IndexOfAny("\"\\"u8) + at + 1;
            written.Write(json[at..next]);
            at = next;
            while (json[at] == (byte)'\\')
            {
                at += Escape(json[at..], written);
            }
        }
        while (json[at] != (byte)'"');

        written.Write("\""u8);
        return at + 1;
    }

    private static int Escape(ReadOnlySpan<byte> escape, ArrayBufferWriter<byte> written)
    {
        if (escape[1] != (byte)'u')
        {
            written.Write(escape[..2]);
            return 2;
        }

        var sequence = escape[..6];
        written.Write(
            sequence.SequenceEqual("\\u003c"u8) ? "<"u8 :
            sequence.SequenceEqual("\\u003e"u8) ? ">"u8 :
            sequence.SequenceEqual("\\u0026"u8) ? "&"u8 :
            sequence.SequenceEqual("\\u2028"u8) ? "\u2028"u8 :
            sequence.SequenceEqual("\\u2029"u8) ? "\u2029"u8 :
            sequence);
        return 6;
    }

    private static int Number(ReadOnlySpan<byte> json, ArrayBufferWriter<byte> written)
    {
        var end = json.IndexOfAnyExcept("+-.0123456789eE"u8);
        var token = end < 0 ? json : json[..end];
        var value = double.Parse(token, NumberStyles.Float, CultureInfo.InvariantCulture);
        written.Write(Math.Abs(value) > ExactAbove ? token : Encoding.ASCII.GetBytes(SixDigits(value)));
        return token.Length;
    }

    private static string SixDigits(double value)
    {
        const ulong Scale = 1_000_000;
        var scaled = (ulong)(Math.Abs(value) * Scale + 0.5);
        var text = $"{(value < 0 ? "-" : "")}{scaled / Scale}";
        var fraction = scaled % Scale;
        return fraction == 0 ? text : $"{text}.{fraction:d6}".TrimEnd('0');
    }
}
