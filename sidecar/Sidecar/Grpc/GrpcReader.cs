using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;
using Sidecar.Errors;

namespace Sidecar.Grpc;

/// <summary>
/// Messages out of a pipe: a flag, four bytes of length, the message. Whatever a peer sends, the answer is a message, the end, or an
/// <see cref="ApiException"/>; no more than <paramref name="limit"/> bytes are ever held for it.
/// </summary>
internal sealed class GrpcReader(PipeReader pipe, int limit, string encoding)
{
    public const int HeaderLength = 5;
    private ReadOnlySequence<byte> payload;
    private SequencePosition end;
    private bool isCompressed;

    /// <summary>Null at the end of the stream.</summary>
    public async ValueTask<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        if (!await NextAsync(cancellation))
        {
            return null;
        }

        var message = Parse(parser);
        pipe.AdvanceTo(end);
        return message;
    }

    /// <summary>A copy of the message's bytes, for whoever passes them on; null at the end of the stream.</summary>
    public async ValueTask<byte[]?> ReadBytesAsync(CancellationToken cancellation)
    {
        if (!await NextAsync(cancellation))
        {
            return null;
        }

        var bytes = Plain().ToArray();
        pipe.AdvanceTo(end);
        return bytes;
    }

    /// <summary>The message of a call that has only one. What follows it is not looked at, but its end is waited for.</summary>
    public async ValueTask<T> ReadOnlyAsync<T>(MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        if (!await NextAsync(cancellation, GrpcCode.Unknown))
        {
            throw GrpcErrors.Of(GrpcCode.Unknown, "EOF");
        }

        var message = Parse(parser);
        pipe.AdvanceTo(end);
        while (true)
        {
            if (!pipe.TryRead(out var read))
            {
                read = await pipe.ReadAsync(cancellation);
            }

            if (read.IsCompleted)
            {
                return message;
            }

            pipe.AdvanceTo(read.Buffer.End);
        }
    }

    private async ValueTask<bool> NextAsync(CancellationToken cancellation, GrpcCode codeOfCut = GrpcCode.Internal)
    {
        while (true)
        {
            if (!pipe.TryRead(out var read))
            {
                read = await pipe.ReadAsync(cancellation);
            }

            var buffer = read.Buffer;
            if (TryFrame(buffer))
            {
                return true;
            }

            if (read.IsCanceled)
            {
                throw new OperationCanceledException(cancellation);
            }

            if (read.IsCompleted)
            {
                var isCut = !buffer.IsEmpty;
                pipe.AdvanceTo(buffer.End);
                return isCut ? throw GrpcErrors.Of(codeOfCut, "unexpected EOF") : false;
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private bool TryFrame(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < HeaderLength)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > limit)
        {
            throw GrpcErrors.TooLarge(length, limit);
        }

        if (buffer.Length < HeaderLength + length)
        {
            return false;
        }

        payload = buffer.Slice(HeaderLength, length);
        end = payload.End;
        isCompressed = header[0] switch
        {
            0 => false,
            1 when encoding is "" or "identity" => throw GrpcErrors.Internal("grpc: compressed flag set with identity or empty encoding"),
            1 => true,
            var format => throw GrpcErrors.Internal($"grpc: received unexpected payload format {format}"),
        };
        return true;
    }

    private T Parse<T>(MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        var bytes = Plain();
        try
        {
            var message = parser.ParseFrom(bytes);
            GrpcText.Check(bytes, message.Descriptor);
            return message;
        }
        catch (InvalidProtocolBufferException)
        {
            throw GrpcErrors.Internal("grpc: failed to unmarshal the received message: proto: cannot parse invalid wire-format data");
        }
    }

    private ReadOnlySequence<byte> Plain() => isCompressed ? new ReadOnlySequence<byte>(GrpcGzip.Inflate(payload, limit)) : payload;
}
