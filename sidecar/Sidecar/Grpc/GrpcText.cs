using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Google.Protobuf.Reflection;

namespace Sidecar.Grpc;

/// <summary>
/// Refuses strings that are no UTF-8, as Go does: the protobuf library here would put replacement characters into them, and two
/// different keys would become one.
/// </summary>
internal static class GrpcText
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Counted = 2;
    private const int Fixed32 = 5;

    public static void Check(ReadOnlySequence<byte> message, MessageDescriptor type)
    {
        foreach (var segment in message)
        {
            if (!Ascii.IsValid(segment.Span))
            {
                if (!IsValid(message.IsSingleSegment ? message.FirstSpan : message.ToArray(), type))
                {
                    throw GrpcErrors.Internal("grpc: failed to unmarshal the received message: string field contains invalid UTF-8");
                }

                return;
            }
        }
    }

    /// <summary>Of a message that has been parsed, so that its fields end where they should.</summary>
    private static bool IsValid(ReadOnlySpan<byte> message, MessageDescriptor type)
    {
        while (!message.IsEmpty)
        {
            var tag = ReadVarint(ref message);
            switch ((int)(tag & 7))
            {
                case Varint:
                    ReadVarint(ref message);
                    break;
                case Fixed64:
                    message = message[sizeof(ulong)..];
                    break;
                case Fixed32:
                    message = message[sizeof(uint)..];
                    break;
                case Counted:
                    var length = (int)ReadVarint(ref message);
                    if (!IsValid(message[..length], type.FindFieldByNumber((int)(tag >> 3))))
                    {
                        return false;
                    }

                    message = message[length..];
                    break;
            }
        }

        return true;
    }

    private static bool IsValid(ReadOnlySpan<byte> value, FieldDescriptor? field) => field?.FieldType switch
    {
        FieldType.String => Utf8.IsValid(value),
        FieldType.Message => IsValid(value, field.MessageType),
        _ => true,
    };

    private static ulong ReadVarint(ref ReadOnlySpan<byte> from)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = from[0];
            from = from[1..];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
    }
}
