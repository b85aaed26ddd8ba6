using System.Buffers.Binary;
using System.Text;

namespace Sidecar.Telemetry.Tracing;

/// <summary>
/// Protobuf fields, one after the other. A message within has its length written in four bytes, whatever it is, so that it can be
/// filled in afterwards: any reader takes that.
/// </summary>
internal sealed class ProtobufBuffer
{
    private const int LengthBytes = 4;
    private byte[] bytes = new byte[4096];
    private int length;

    private enum Wire
    {
        Varint = 0,
        Fixed64 = 1,
        Delimited = 2,
        Fixed32 = 5,
    }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, length);

    public void Clear() => length = 0;

    /// <summary>Where the message begins, for <see cref="End"/>.</summary>
    public int Begin(int field)
    {
        Tag(field, Wire.Delimited);
        Room(LengthBytes);
        length += LengthBytes;
        return length;
    }

    public void End(int begin)
    {
        var size = length - begin;
        for (var i = 0; i < LengthBytes; i++)
        {
            var more = i < LengthBytes - 1 ? 0x80 : 0;
            bytes[begin - LengthBytes + i] = (byte)(((size >> (7 * i)) & 0x7F) | more);
        }
    }

    public void Varint(int field, int value)
    {
        Tag(field, Wire.Varint);
        Varint((uint)value);
    }

    public void Text(int field, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        var size = Encoding.UTF8.GetByteCount(text);
        Tag(field, Wire.Delimited);
        Varint((uint)size);
        Encoding.UTF8.GetBytes(text, Take(size));
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, Wire.Delimited);
        Varint((uint)value.Length);
        value.CopyTo(Take(value.Length));
    }

    public void Fixed64(int field, ulong value)
    {
        Tag(field, Wire.Fixed64);
        BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);
    }

    public void Fixed32(int field, uint value)
    {
        Tag(field, Wire.Fixed32);
        BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);
    }

    private void Tag(int field, Wire wire) => Varint((uint)((field << 3) | (int)wire));

    private void Varint(uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Take(1)[0] = (byte)(value | 0x80);
        }

        Take(1)[0] = (byte)value;
    }

    private Span<byte> Take(int count)
    {
        Room(count);
        var taken = bytes.AsSpan(length, count);
        length += count;
        return taken;
    }

    private void Room(int count)
    {
        if (length + count > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(length + count, bytes.Length * 2));
        }
    }
}
