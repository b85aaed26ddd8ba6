using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Sidecar.Grpc;

/// <summary>Messages into a buffer, uncompressed.</summary>
internal static class GrpcWriter
{
    public static void Write(IBufferWriter<byte> output, IMessage message, int limit)
    {
        var size = message.CalculateSize();
        if (size > limit)
        {
            throw GrpcErrors.TooLargeToSend(size, limit);
        }

        Header(output, size);
        if (size > 0)
        {
            message.WriteTo(output);
        }
    }

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> message, int limit)
    {
        if (message.Length > limit)
        {
            throw GrpcErrors.TooLargeToSend(message.Length, limit);
        }

        Header(output, message.Length);
        output.Write(message);
    }

    private static void Header(IBufferWriter<byte> output, int size)
    {
        var header = output.GetSpan(GrpcReader.HeaderLength);
        header[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], size);
        output.Advance(GrpcReader.HeaderLength);
    }
}
