using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;

namespace Dapr.Wire;

/// <summary>Messages out of the body of an answer, read into one pooled buffer that grows to the longest of them.</summary>
internal sealed class WireReader(Stream body, int? limit, string? encoding) : IDisposable
{
    public const int HeaderLength = 5;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
    private int start;
    private int end;

    /// <summary>Null at the end of the stream.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        if (!await FillAsync(HeaderLength, cancellation))
        {
            return end == start ? null : throw Cut();
        }

        var size = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(start + 1));
        if (size > (limit ?? Array.MaxLength - HeaderLength))
        {
            throw WireFailure.Of(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");
        }

        var length = HeaderLength + (int)size;
        if (!await FillAsync(length, cancellation))
        {
            throw Cut();
        }

        var message = Parse(parser, buffer[start], buffer.AsSpan(start + HeaderLength, (int)size));
        start += length;
        return message;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private static RpcException Cut() => WireFailure.Of(StatusCode.Internal, "Incomplete message.");

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillAsync(int length, CancellationToken cancellation)
    {
        while (end - start < length)
        {
            if (buffer.Length - start < length)
            {
                MakeRoom(length);
            }

            var read = await body.ReadAsync(buffer.AsMemory(end), cancellation);
            if (read == 0)
            {
                return false;
            }

            end += read;
        }

        return true;
    }

    private void MakeRoom(int length)
    {
        var held = buffer.AsSpan(start, end - start);
        if (length <= buffer.Length)
        {
            held.CopyTo(buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(length);
            held.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        end -= start;
        start = 0;
    }

    private T Parse<T>(MessageParser<T> parser, byte flag, ReadOnlySpan<byte> bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return flag switch
            {
                0 => parser.ParseFrom(bytes),
                1 => parser.ParseFrom(WireCompression.Expand(encoding, bytes, limit)),
                _ => throw WireFailure.Of(StatusCode.Internal, "Unexpected compressed flag value in message header."),
            };
        }
        catch (InvalidProtocolBufferException problem)
        {
            throw WireFailure.Of(StatusCode.Internal, $"Failed to deserialize response message. {problem.Message}", problem);
        }
    }
}
