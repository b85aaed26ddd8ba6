using System.Buffers;
using System.Net;

namespace Library.Gateway;

/// <summary>A body that is sent on as it comes; the client would otherwise collect small pieces until there are enough.</summary>
internal sealed class FlowingBody(Stream from) : HttpContent
{
    private const int PieceBytes = 16 * 1024;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (var read = await from.ReadAsync(piece, cancellationToken); read > 0; read = await from.ReadAsync(piece, cancellationToken))
            {
                await stream.WriteAsync(piece.AsMemory(0, read), cancellationToken);
                await stream.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
