using System.Buffers;
using System.IO.Pipelines;

namespace Sidecar.Invocation;

/// <summary>The bytes of a body, piece by piece. A piece is valid until the next one is asked for; an empty piece is the end.</summary>
public abstract class ByteSource : IAsyncDisposable
{
    public static ByteSource Empty { get; } = new BytesSource(default);

    public abstract ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();

    public async ValueTask<ReadOnlyMemory<byte>> ReadAllAsync(CancellationToken cancellation)
    {
        var piece = await ReadAsync(cancellation);
        if (piece.IsEmpty)
        {
            return piece;
        }

        var all = new ArrayBufferWriter<byte>(piece.Length);
        for (; !piece.IsEmpty; piece = await ReadAsync(cancellation))
        {
            all.Write(piece.Span);
        }

        return all.WrittenMemory;
    }
}

/// <summary>A body that is in memory; each reader takes a source of its own.</summary>
public sealed class BytesSource(ReadOnlyMemory<byte> bytes) : ByteSource
{
    private bool isRead;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public override ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        var piece = isRead ? default : bytes;
        isRead = true;
        return new(piece);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The body of a request to this sidecar, up to a limit.</summary>
public sealed class PipeSource(PipeReader pipe, long limit) : ByteSource
{
    private long left = limit;
    private ReadOnlySequence<byte> buffer;
    private bool holds;
    private bool ended;

    public bool IsTooLarge => left < 0;

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (!buffer.IsEmpty)
            {
                var piece = buffer.First;
                buffer = buffer.Slice(piece.Length);
                if (piece.IsEmpty)
                {
                    continue;
                }

                left -= piece.Length;
                return left >= 0 ? piece : throw new StreamTooLargeException();
            }

            if (holds)
            {
                pipe.AdvanceTo(buffer.End);
                holds = false;
            }

            if (ended)
            {
                return default;
            }

            var read = await pipe.ReadAsync(cancellation);
            buffer = read.Buffer;
            holds = true;
            ended = read.IsCompleted;
        }
    }

    public override ValueTask DisposeAsync()
    {
        if (holds)
        {
            pipe.AdvanceTo(buffer.Start);
            holds = false;
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>A body that something else hands out as a stream.</summary>
public sealed class StreamSource(Stream stream, IAsyncDisposable? owner = null) : ByteSource
{
    private const int PieceSize = 16 * 1024;
    private byte[]? piece;

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        piece ??= ArrayPool<byte>.Shared.Rent(PieceSize);
        var read = await stream.ReadAsync(piece, cancellation);
        return piece.AsMemory(0, read);
    }

    public override async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        if (owner is not null)
        {
            await owner.DisposeAsync();
        }

        if (Interlocked.Exchange(ref piece, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}

/// <summary>In the words that Dapr puts into its answer.</summary>
public sealed class StreamTooLargeException() : IOException("stream too large");
