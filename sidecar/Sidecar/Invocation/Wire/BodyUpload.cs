using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sidecar.Invocation.Wire;

/// <summary>Sends a body in pieces while the answer may already be on its way.</summary>
internal sealed class BodyUpload(SocketConnection connection, AppRequest request, bool isChunked) : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    /// <summary>Why the caller's body came to no end; null as long as it did, or when it was the app that hung up.</summary>
    public Exception? Failure { get; private set; }

    public bool IsDone => running.IsCompletedSuccessfully && !broken;

    private bool broken;

    public void Start(ReadOnlyMemory<byte> first, CancellationToken cancellation) => running = RunAsync(first, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (!running.IsCompleted)
        {
            await stop.CancelAsync();
        }

        await running;
        stop.Dispose();
    }

    private async Task RunAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, cancellation);
        try
        {
            await connection.SendOutputAsync(either.Token);
            var sent = 0L;
            for (; !piece.IsEmpty; piece = await ReadAsync(either.Token))
            {
                sent += piece.Length;
                await SendPieceAsync(piece, either.Token);
            }

            if (isChunked)
            {
                await connection.SendAsync("0\r\n\r\n"u8.ToArray(), either.Token);
            }
            else if (sent != request.Length)
            {
                throw Fail(new IOException($"http: ContentLength={request.Length} with Body length {sent}"));
            }
        }
        catch (Exception)
        {
            // Whoever waits for the answer finds the connection closed and asks for the failure.
            broken = true;
            connection.Dispose();
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await request.Body.ReadAsync(cancellation);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            throw Fail(problem);
        }
    }

    private async ValueTask SendPieceAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        if (!isChunked)
        {
            await connection.SendAsync(piece, cancellation);
            return;
        }

        var output = connection.BeginOutput();
        output.Write(Encoding.ASCII.GetBytes(piece.Length.ToString("x", CultureInfo.InvariantCulture)));
        output.Write("\r\n"u8);
        output.Write(piece.Span);
        output.Write("\r\n"u8);
        await connection.SendOutputAsync(cancellation);
    }

    private Exception Fail(Exception problem) => Failure = problem;
}
