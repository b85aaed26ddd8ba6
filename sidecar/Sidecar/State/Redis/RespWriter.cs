using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Sidecar.State.Redis;

/// <summary>Writes commands in Redis' protocol, several in one go if need be, into rented bytes that a <see cref="RedisCall"/> carries.</summary>
internal ref struct RespWriter(int sizeHint)
{
    private const int LongestNumber = 20;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(sizeHint);
    private int length;
    private int commands;

    public void Command(int arguments)
    {
        commands++;
        Header((byte)'*', arguments);
    }

    public void Argument(scoped ReadOnlySpan<byte> value)
    {
        Header((byte)'$', value.Length);
        Reserve(value.Length + 2);
        value.CopyTo(buffer.AsSpan(length));
        length += value.Length;
        EndLine();
    }

    public void Argument(string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        Header((byte)'$', size);
        Reserve(size + 2);
        length += Encoding.UTF8.GetBytes(value, buffer.AsSpan(length));
        EndLine();
    }

    public void Argument(long value)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(value, digits, out var size);
        Argument(digits[..size]);
    }

    /// <summary>Ends the writing: the call owns the bytes now.</summary>
    public readonly RedisCall ToCall(TimeSpan timeout) => new(buffer, length, commands) { Timeout = timeout };

    private void Header(byte kind, int value)
    {
        Reserve(LongestNumber + 3);
        buffer[length++] = kind;
        Utf8Formatter.TryFormat(value, buffer.AsSpan(length), out var size);
        length += size;
        EndLine();
    }

    private void EndLine()
    {
        buffer[length++] = (byte)'\r';
        buffer[length++] = (byte)'\n';
    }

    private void Reserve(int size)
    {
        if (buffer.Length - length >= size)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + size));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
