
namespace Sidecar.Invocation.Wire;

/// <summary>
/// The body of an app's answer, straight from the connection's buffer. An app that hangs up in the middle ends it: daprd passes on
/// what has arrived, as if it were all.
/// </summary>
internal sealed class SocketBody : ByteSource
{
    private const long Unknown = long.MaxValue;
    private readonly SocketPool pool;
    private readonly AnswerHead head;
    private readonly BodyUpload? upload;
    private SocketConnection? connection;
    private int handedOut;
    private long left;
    private bool isFirstChunk = true;
    private bool isWhole;

    public SocketBody(SocketConnection connection, SocketPool pool, AnswerHead head, bool hasNone, BodyUpload? upload)
    {
        this.connection = connection;
        this.pool = pool;
        this.head = head;
        this.upload = upload;
        left = hasNone || head.IsChunked ? 0 : head.Length ?? Unknown;
        isWhole = left == 0 && (hasNone || !head.IsChunked);
    }

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        if (connection is null)
        {
            return default;
        }

        connection.Take(handedOut);
        handedOut = 0;
        if (isWhole || !await HasMoreAsync(cancellation))
        {
            await DisposeAsync();
            return default;
        }

        var piece = connection.Arrived;
        piece = piece[..(int)Math.Min(piece.Length, left)];
        handedOut = piece.Length;
        if (left != Unknown)
        {
            left -= handedOut;
            isWhole = left == 0 && !head.IsChunked;
        }

        return piece;
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref connection, null) is not { } last)
        {
            return;
        }

        last.Take(handedOut);
        if (isWhole && head.KeepsAlive && head.Status != 101 && upload is not { IsDone: false })
        {
            pool.Return(last);
        }
        else
        {
            pool.Discard(last);
        }

        if (upload is not null)
        {
            await upload.DisposeAsync();
        }
    }

    private async ValueTask<bool> HasMoreAsync(CancellationToken cancellation)
    {
        try
        {
            if (head.IsChunked && left == 0 && !await BeginChunkAsync(cancellation))
            {
                return false;
            }

            return !connection!.Arrived.IsEmpty || await connection.ReceiveAsync(cancellation);
        }
        catch (TransportException)
        {
            return false;
        }
    }

    private async ValueTask<bool> BeginChunkAsync(CancellationToken cancellation)
    {
        if (!isFirstChunk && await LineAsync(cancellation) is not "")
        {
            return false;
        }

        isFirstChunk = false;
        if (await LineAsync(cancellation) is not { } line || !TryParseSize(line, out left))
        {
            return false;
        }

        if (left > 0)
        {
            return true;
        }

        while (await LineAsync(cancellation) is { } trailer)
        {
            if (trailer.Length == 0)
            {
                isWhole = true;
                break;
            }
        }

        return false;
    }

    private static bool TryParseSize(string line, out long size)
    {
        var end = line.AsSpan().IndexOfAny("; \t");
        return long.TryParse(end < 0 ? line : line.AsSpan(0, end), System.Globalization.NumberStyles.AllowHexSpecifier, null, out size) && size >= 0;
    }

    /// <summary>Null when the app hung up, or sends lines without end.</summary>
    private async ValueTask<string?> LineAsync(CancellationToken cancellation)
    {
        const int MostBytes = 4096;
        int end;
        while ((end = connection!.Arrived.Span.IndexOf((byte)'\n')) < 0)
        {
            if (connection.Arrived.Length > MostBytes || !await connection.ReceiveAsync(cancellation))
            {
                return null;
            }
        }

        var line = connection.Arrived.Span[..end];
        var text = System.Text.Encoding.Latin1.GetString(line is [.., (byte)'\r'] ? line[..^1] : line);
        connection.Take(end + 1);
        return text;
    }
}
