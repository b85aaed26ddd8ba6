using System.Net;

namespace Sidecar.Invocation.Wire;

/// <summary>
/// The body of a request of .NET's client, read from a source. The client does not wait for its end when the answer comes early; whoever
/// gave the source does, by disposing this, as the source must not be read when the call that it belongs to is over.
/// </summary>
internal abstract class SourceContent(ByteSource body) : HttpContent, IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool isStarted;

    /// <summary>Why the body came to no end; null as long as it did, or when it was the server that hung up.</summary>
    public Exception? Failure { get; private set; }

    public async ValueTask DisposeAsync()
    {
        if (isStarted && !ended.Task.IsCompleted)
        {
            await stop.CancelAsync();
            await ended.Task;
        }

        stop.Dispose();
        Dispose();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        isStarted = true;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, cancellationToken);
            await WriteAsync(stream, either.Token);
        }
        finally
        {
            ended.SetResult();
        }
    }

    protected abstract Task WriteAsync(Stream stream, CancellationToken cancellation);

    protected async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(cancellation);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            Failure = problem;
            throw;
        }
    }
}
