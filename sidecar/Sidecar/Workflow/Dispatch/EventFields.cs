namespace Sidecar.Workflow.Dispatch;

/// <summary>Encoded length-delimited fields, one behind the other, as protobuf writes them.</summary>
internal static class EventFields
{
    /// <summary>What is behind the first so many fields.</summary>
    public static ReadOnlyMemory<byte> Skip(ReadOnlyMemory<byte> fields, int count)
    {
        var span = fields.Span;
        var at = 0;
        for (; count > 0; count--)
        {
            at += Varint(span[at..], out _);
            at += Varint(span[at..], out var length);
            at += (int)length;
        }

        return fields[at..];
    }

    public static int WriteVarint(Span<byte> target, uint value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[length++] = (byte)(value | 0x80);
        }

        target[length++] = (byte)value;
        return length;
    }

    public static int VarintSize(ulong value)
    {
        var size = 1;
        for (; value >= 0x80; value >>= 7)
        {
            size++;
        }

        return size;
    }

    private static int Varint(ReadOnlySpan<byte> source, out uint value)
    {
        value = 0;
        for (var i = 0; ; i++)
        {
            value |= (uint)(source[i] & 0x7f) << (7 * i);
            if (source[i] < 0x80)
            {
                return i + 1;
            }
        }
    }
}
