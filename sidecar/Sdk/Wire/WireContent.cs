using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Dapr.Wire;

/// <summary>One message as the body of a request: a flag, four bytes of length, the message. It is written from pooled memory.</summary>
internal sealed class WireContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Grpc = new("application/grpc");
    private readonly IMessage message;
    private readonly int size;

    public WireContent(IMessage message, int size)
    {
        this.message = message;
        this.size = size;
        Headers.ContentType = Grpc;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var length = WireReader.HeaderLength + size;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            buffer[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(1), size);
            message.WriteTo(buffer.AsSpan(WireReader.HeaderLength, size));
            await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
