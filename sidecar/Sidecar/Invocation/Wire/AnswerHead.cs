using System.Text;

namespace Sidecar.Invocation.Wire;

/// <summary>Status line and header fields of an app's answer, and what they say about its body.</summary>
internal sealed class AnswerHead
{
    private AnswerHead(int status, bool isHttp10)
    {
        Status = status;
        KeepsAlive = !isHttp10;
    }

    public int Status { get; }

    public HeaderFields Fields { get; } = new();

    public bool KeepsAlive { get; private set; }

    public bool IsChunked { get; private set; }

    public long? Length { get; private set; }

    /// <summary>Takes the bytes up to the empty line. As lenient as Go: a line may end without carriage return.</summary>
    public static AnswerHead Parse(ReadOnlySpan<byte> bytes)
    {
        var line = NextLine(ref bytes);
        var head = ParseStatus(line) ?? throw Malformed($"malformed HTTP response {MethodPath.Quote(Encoding.Latin1.GetString(line))}");
        while (!(line = NextLine(ref bytes)).IsEmpty)
        {
            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[0] is (byte)' ' or (byte)'\t')
            {
                throw Malformed($"malformed MIME header line: {Encoding.Latin1.GetString(line)}");
            }

            head.Add(NameOf(line[..colon]), Encoding.Latin1.GetString(line[(colon + 1)..].Trim(" \t"u8)));
        }

        return head;
    }

    /// <summary>The length of the head including its empty line, -1 when it is not all there.</summary>
    public static int EndOf(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end >= 0)
        {
            return end + 4;
        }

        end = bytes.IndexOf("\n\n"u8);
        return end < 0 ? -1 : end + 2;
    }

    private static AnswerHead? ParseStatus(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[8] != ' ' || (line.Length > 12 && line[12] != ' '))
        {
            return null;
        }

        var (hundreds, tens, ones) = (line[9] - '0', line[10] - '0', line[11] - '0');
        return hundreds is < 1 or > 9 || tens is < 0 or > 9 || ones is < 0 or > 9
            ? null
            : new((hundreds * 100) + (tens * 10) + ones, line[7] == '0');
    }

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        var line = end < 0 ? bytes : bytes[..end];
        bytes = end < 0 ? default : bytes[(end + 1)..];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    /// <summary>Most answers carry the same few names: they need no string of their own.</summary>
    private static string NameOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("Date"u8) => "Date",
        6 when name.SequenceEqual("Server"u8) => "Server",
        12 when name.SequenceEqual("Content-Type"u8) => "Content-Type",
        14 when name.SequenceEqual("Content-Length"u8) => "Content-Length",
        17 when name.SequenceEqual("Transfer-Encoding"u8) => "Transfer-Encoding",
        _ => Encoding.Latin1.GetString(name),
    };

    private static TransportException Malformed(string what) => new($"net/http: HTTP/1.x transport connection broken: {what}");

    private void Add(string name, string value)
    {
        Fields.Add(name, value);
        if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
        {
            if (!long.TryParse(value, System.Globalization.NumberStyles.None, null, out var length) || (Length is { } other && other != length))
            {
                throw Malformed($"bad Content-Length {MethodPath.Quote(value)}");
            }

            Length = length;
        }
        else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
        {
            IsChunked = value.Equals("chunked", StringComparison.OrdinalIgnoreCase)
                ? true
                : throw Malformed($"unsupported transfer encoding: {MethodPath.Quote(value)}");
        }
        else if (name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
        {
            KeepsAlive = (KeepsAlive && !value.Contains("close", StringComparison.OrdinalIgnoreCase))
                || value.Contains("keep-alive", StringComparison.OrdinalIgnoreCase);
        }
    }
}
