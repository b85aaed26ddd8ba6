using System.Buffers.Text;
using System.Text;

namespace Sidecar.State.Redis;

/// <summary>Reads complete answers, one element after the other, without copying them.</summary>
internal struct RespReader(ReadOnlyMemory<byte> answer)
{
    private int position;

    public readonly bool IsError => answer.Span[position] == (byte)'-';

    /// <summary>Moves over one answer; an error answer is thrown, in the server's words.</summary>
    public void Check()
    {
        ThrowIfError();
        Skip();
    }

    /// <summary>The number of elements; -1 for none at all.</summary>
    public int Array()
    {
        ThrowIfError();
        return Expect((byte)'*');
    }

    /// <summary>Null for no value. A number or a status is taken by its text.</summary>
    public ReadOnlyMemory<byte>? Text()
    {
        ThrowIfError();
        if (answer.Span[position] != (byte)'$')
        {
            var line = Line();
            return line[1..];
        }

        var size = Expect((byte)'$');
        if (size < 0)
        {
            return null;
        }

        var text = answer.Slice(position, size);
        position += size + 2;
        return text;
    }

    public string Error() => Encoding.UTF8.GetString(Line().Span[1..]);

    /// <summary>Moves over one answer of any kind, with all that is in it.</summary>
    public void Skip()
    {
        for (var left = 1; left > 0; left--)
        {
            var kind = answer.Span[position];
            var line = Line();
            if (kind == (byte)'*')
            {
                left += Math.Max(Number(line), 0);
            }
            else if (kind == (byte)'$' && Number(line) is var size and >= 0)
            {
                position += size + 2;
            }
        }
    }

    private void ThrowIfError()
    {
        if (IsError)
        {
            throw new RedisErrorException(Error());
        }
    }

    private int Expect(byte kind)
    {
        var line = Line();
        return line.Span[0] == kind ? Number(line) : throw new RedisErrorException("redis: an answer of another kind than asked for");
    }

    private ReadOnlyMemory<byte> Line()
    {
        var end = answer.Span[position..].IndexOf((byte)'\r');
        var line = answer.Slice(position, end);
        position += end + 2;
        return line;
    }

    private static int Number(ReadOnlyMemory<byte> line) => Utf8Parser.TryParse(line.Span[1..], out int value, out _) ? value : -1;
}
