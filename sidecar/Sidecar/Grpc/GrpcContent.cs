using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;

namespace Sidecar.Grpc;

/// <summary>One message as the body of a request.</summary>
internal sealed class GrpcContent(IMessage message) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        await WriteAsync(stream, message, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    public static async ValueTask WriteAsync(Stream stream, IMessage message, CancellationToken cancellation)
    {
        var size = message.CalculateSize();
        var frame = ArrayPool<byte>.Shared.Rent(GrpcReader.HeaderLength + size);
        try
        {
            frame[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), size);
            message.WriteTo(frame.AsSpan(GrpcReader.HeaderLength, size));
            await stream.WriteAsync(frame.AsMemory(0, GrpcReader.HeaderLength + size), cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }
}
