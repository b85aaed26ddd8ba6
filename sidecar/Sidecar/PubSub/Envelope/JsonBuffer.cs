using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using Sidecar.Json;

namespace Sidecar.PubSub.Envelope;

/// <summary>JSON under construction in one array, text already in UTF-8, escaped as Go escapes it.</summary>
internal sealed class JsonBuffer(int capacity)
{
    private const int LongestEscape = 6;
    private static readonly SearchValues<byte> Special = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (byte)c), .. "\"\\<>&"u8, LineSeparatorLead]);
    private static readonly SearchValues<char> SpecialChars = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), .. "\"\\<>&\u2028\u2029"]);

    /// <summary>U+2028 and U+2029 begin with this byte, as do other signs that need no escape.</summary>
    private const byte LineSeparatorLead = 0xe2;

    private byte[] bytes = new byte[capacity];
    private int length;

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, length);

    public int Mark() => length;

    /// <summary>Forgets what was written since the mark.</summary>
    public void BackTo(int mark) => length = mark;

    public void Raw(ReadOnlySpan<byte> json)
    {
        json.CopyTo(Room(json.Length));
        length += json.Length;
    }

    public void Raw(byte character)
    {
        Room(1)[0] = character;
        length++;
    }

    public void String(string text)
    {
        Raw((byte)'"');
        if (text.AsSpan().IndexOfAny(SpecialChars) < 0)
        {
            length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));
        }
        else
        {
            Escaped(Encoding.UTF8.GetBytes(text));
        }

        Raw((byte)'"');
    }

    /// <summary>A text in UTF-8; bytes that are none become U+FFFD, one each.</summary>
    public void String(ReadOnlySpan<byte> utf8)
    {
        Raw((byte)'"');
        if (utf8.IndexOfAny(Special) < 0 && Utf8.IsValid(utf8))
        {
            Raw(utf8);
        }
        else
        {
            Escaped(utf8);
        }

        Raw((byte)'"');
    }

    /// <summary>What stood between the quotes of a JSON string elsewhere.</summary>
    public void Quoted(ReadOnlySpan<byte> content)
    {
        if (content.Contains((byte)'\\'))
        {
            String(GoString.Unquote(content));
        }
        else
        {
            String(content);
        }
    }

    public void Base64(ReadOnlySpan<byte> data)
    {
        Raw((byte)'"');
        System.Buffers.Text.Base64.EncodeToUtf8(data, Room(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(data.Length)), out _, out var written);
        length += written;
        Raw((byte)'"');
    }

    public void Uuid(Guid id)
    {
        var room = Room(38);
        room[0] = room[37] = (byte)'"';
        Utf8Formatter.TryFormat(id, room[1..], out _);
        length += 38;
    }

    /// <summary>RFC 3339 with whole seconds, Z where there is no offset.</summary>
    public void Time(DateTimeOffset time)
    {
        Raw((byte)'"');
        var format = time.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz";
        time.TryFormat(Room(32), out var written, format);
        length += written;
        Raw((byte)'"');
    }

    private void Escaped(ReadOnlySpan<byte> utf8)
    {
        while (!utf8.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            if (status != OperationStatus.Done)
            {
                for (var i = 0; i < consumed; i++)
                {
                    Raw("\\ufffd"u8);
                }
            }
            else
            {
                Escaped(rune, utf8[..consumed]);
            }

            utf8 = utf8[consumed..];
        }
    }

    private void Escaped(Rune rune, ReadOnlySpan<byte> utf8)
    {
        switch (rune.Value)
        {
            case '"':
                Raw("\\\""u8);
                break;
            case '\\':
                Raw("\\\\"u8);
                break;
            case '\n':
                Raw("\\n"u8);
                break;
            case '\r':
                Raw("\\r"u8);
                break;
            case '\t':
                Raw("\\t"u8);
                break;
            case '\b':
                Raw("\\b"u8);
                break;
            case '\f':
                Raw("\\f"u8);
                break;
            case < ' ' or '<' or '>' or '&' or 0x2028 or 0x2029:
                var room = Room(LongestEscape);
                "\\u"u8.CopyTo(room);
                rune.Value.TryFormat(room[2..], out _, "x4");
                length += LongestEscape;
                break;
            default:
                Raw(utf8);
                break;
        }
    }

    private Span<byte> Room(int size)
    {
        if (bytes.Length - length < size)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + size));
        }

        return bytes.AsSpan(length);
    }
}
