using System.Buffers;
using System.Text;

namespace Sidecar.Json;

/// <summary>
/// JSON as Go's encoding/json writes it: no white space; &lt;, &gt; and &amp; escaped for HTML; numbers in their shortest form.
/// Values that pass through Dapr's HTTP API come out in this form, so ours must too.
/// </summary>
public sealed class GoJsonWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(256);
    private bool needsComma;

    public ReadOnlyMemory<byte> Written => buffer.WrittenMemory;

    public byte[] ToArray() => buffer.WrittenSpan.ToArray();

    public void BeginObject() => Open((byte)'{');

    public void EndObject() => Close((byte)'}');

    public void BeginArray() => Open((byte)'[');

    public void EndArray() => Close((byte)']');

    public void Name(string name)
    {
        Separate();
        WriteString(name);
        Byte((byte)':');
        needsComma = false;
    }

    public void Property(string name, string value)
    {
        Name(name);
        String(value);
    }

    public void Property(string name, bool value)
    {
        Name(name);
        Raw(value ? "true"u8 : "false"u8);
    }

    public void Property(string name, long value)
    {
        Name(name);
        Number(value);
    }

    public void String(string value)
    {
        Separate();
        WriteString(value);
        needsComma = true;
    }

    public void Number(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var length);
        Raw(digits[..length]);
    }

    public void Number(double value) => Raw(Encoding.ASCII.GetBytes(GoNumber.Format(value)));

    public void Null() => Raw("null"u8);

    /// <summary>A value that is JSON already.</summary>
    public void Raw(ReadOnlySpan<byte> json)
    {
        Separate();
        buffer.Write(json);
        needsComma = true;
    }

    /// <summary>As Go writes a RawMessage: without white space between its parts, escaped for HTML.</summary>
    public void Compact(ReadOnlySpan<byte> json)
    {
        Separate();
        var isText = false;
        var from = 0;
        for (var i = 0; i < json.Length; i++)
        {
            var b = json[i];
            if (b == '"')
            {
                isText = !isText;
            }
            else if (b == '\\')
            {
                i++;
            }
            else if (b is (byte)'<' or (byte)'>' or (byte)'&')
            {
                buffer.Write(json[from..i]);
                Escape((char)b);
                from = i + 1;
            }
            else if (b == 0xE2 && json[i..] is [_, 0x80, 0xA8 or 0xA9, ..])
            {
                buffer.Write(json[from..i]);
                Escape((char)(0x2000 | (json[i + 2] - 0x80)));
                from = i + 3;
                i += 2;
            }
            else if (!isText && b is ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                buffer.Write(json[from..i]);
                from = i + 1;
            }
        }

        buffer.Write(json[from..]);
        needsComma = true;
    }

    /// <summary>After a whole value.</summary>
    public void EndLine() => Byte((byte)'\n');

    /// <summary>Keys in byte order, as Go writes maps; null for no map.</summary>
    public void Map(IReadOnlyDictionary<string, string>? map)
    {
        if (map is null)
        {
            Null();
            return;
        }

        BeginObject();
        foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Property(key, value);
        }

        EndObject();
    }

    private void Open(byte bracket)
    {
        Separate();
        Byte(bracket);
        needsComma = false;
    }

    private void Close(byte bracket)
    {
        Byte(bracket);
        needsComma = true;
    }

    private void Separate()
    {
        if (needsComma)
        {
            Byte((byte)',');
        }
    }

    private void Byte(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }

    private void WriteString(string value)
    {
        Byte((byte)'"');
        var plainFrom = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (!NeedsEscape(c))
            {
                continue;
            }

            Encoding.UTF8.GetBytes(value.AsSpan(plainFrom, i - plainFrom), buffer);
            plainFrom = i + 1;
            Escape(c);
        }

        Encoding.UTF8.GetBytes(value.AsSpan(plainFrom), buffer);
        Byte((byte)'"');
    }

    private static bool NeedsEscape(char c) => c < ' ' || c is '"' or '\\' or '<' or '>' or '&' or '\u2028' or '\u2029';

    private void Escape(char c)
    {
        switch (c)
        {
            case '"':
                buffer.Write("\\\""u8);
                break;
            case '\\':
                buffer.Write("\\\\"u8);
                break;
            case '\n':
                buffer.Write("\\n"u8);
                break;
            case '\r':
                buffer.Write("\\r"u8);
                break;
            case '\t':
                buffer.Write("\\t"u8);
                break;
            case '\b':
                buffer.Write("\\b"u8);
                break;
            case '\f':
                buffer.Write("\\f"u8);
                break;
            default:
                buffer.Write(Encoding.ASCII.GetBytes($"\\u{(int)c:x4}"));
                break;
        }
    }
}
