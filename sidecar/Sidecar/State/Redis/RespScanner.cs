using System.Buffers.Text;

namespace Sidecar.State.Redis;

/// <summary>
/// Finds where the answers of one call end in the bytes that have come so far, and remembers how far it got: a large answer that
/// arrives in many pieces is looked through once.
/// </summary>
internal sealed class RespScanner
{
    public const int Limit = 128 * 1024 * 1024;
    private const int LongestLine = 64 * 1024;
    private int position;
    private long left;

    /// <summary>True when all is there; otherwise <paramref name="length"/> is how much there must be at least before it pays to look again.</summary>
    public bool TryFind(ReadOnlySpan<byte> bytes, int replies, out int length)
    {
        if (position == 0)
        {
            left = replies;
        }

        while (left > 0)
        {
            if (!TryStep(bytes, out length))
            {
                return false;
            }
        }

        length = position;
        position = 0;
        return true;
    }

    private bool TryStep(ReadOnlySpan<byte> bytes, out int length)
    {
        var rest = bytes[position..];
        length = bytes.Length + 1;
        var end = rest.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return rest.Length <= LongestLine ? false : throw Broken("a line without an end");
        }

        if (end == 0)
        {
            throw Broken("an empty line");
        }

        var size = end + 2;
        switch (rest[0])
        {
            case (byte)'+' or (byte)'-' or (byte)':':
                left--;
                break;
            case (byte)'*':
                left += Math.Max(Number(rest[1..end]), 0) - 1;
                break;
            case (byte)'$':
                var bulk = Number(rest[1..end]);
                left--;
                size += bulk < 0 ? 0 : bulk + 2;
                break;
            default:
                throw Broken($"an answer of unknown kind 0x{rest[0]:x2}");
        }

        length = position + size;
        if (length > Limit || left > Limit)
        {
            throw Broken($"an answer of more than {Limit >> 20} MiB");
        }

        if (length > bytes.Length)
        {
            left += rest[0] == (byte)'$' ? 1 : 0;
            return false;
        }

        position = length;
        return true;
    }

    private static int Number(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out int value, out var used) && used == digits.Length && value is >= -1 and <= Limit
            ? value
            : throw Broken("a length that is none, or beyond all measure");

    private static RedisConnectionException Broken(string what) => new($"redis: the server sent {what}") { MayRetry = false };
}
