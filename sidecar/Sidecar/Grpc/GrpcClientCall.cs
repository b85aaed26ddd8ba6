using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Sidecar.Grpc;

/// <summary>
/// A call in which messages flow. One reader and one writer at a time. Reading ends with null when the peer has finished well and
/// throws <see cref="GrpcException"/> when it has not. Disposing cuts off what still runs.
/// </summary>
public sealed class GrpcClientCall : IAsyncDisposable
{
    private readonly CancellationTokenSource cut;
    private readonly CancellationToken cancellation;
    private readonly GrpcTimer timer;
    private readonly OpenContent content = new();
    private readonly Task<HttpResponseMessage> response;
    private readonly int limit;
    private PipeReader? body;
    private GrpcReader? reader;

    internal GrpcClientCall(GrpcChannel channel, string method, GrpcCallOptions options, int limit, GrpcTimer timer, CancellationToken cancellation)
    {
        this.limit = limit;
        this.timer = timer;
        this.cancellation = cancellation;
        cut = CancellationTokenSource.CreateLinkedTokenSource(timer.Token);
        response = channel.SendAsync(method, content, options, cut.Token);
    }

    /// <summary>Comes with the peer's first message, or before when the peer likes to.</summary>
    public async ValueTask<HttpResponseHeaders> HeadersAsync() => (await ResponseAsync()).Headers;

    /// <summary>Complete when reading has ended.</summary>
    public HttpResponseHeaders? Trailers => response.IsCompletedSuccessfully ? response.Result.TrailingHeaders : null;

    public async ValueTask WriteAsync(IMessage message)
    {
        if (message.CalculateSize() is var size && size > limit)
        {
            throw GrpcChannel.Translate(GrpcErrors.TooLargeToSend(size, limit), timer, cancellation);
        }

        await SendAsync(stream => GrpcContent.WriteAsync(stream, message, cut.Token));
    }

    public async ValueTask WriteBytesAsync(ReadOnlyMemory<byte> message)
    {
        var frame = new byte[GrpcReader.HeaderLength + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsMemory(GrpcReader.HeaderLength));
        await SendAsync(stream => stream.WriteAsync(frame, cut.Token));
    }

    /// <summary>No more messages from this side.</summary>
    public void Complete() => content.Complete();

    public async ValueTask<T?> ReadAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        try
        {
            var message = await (await ReaderAsync()).ReadAsync(parser, cut.Token);
            if (message is null)
            {
                GrpcAnswer.ThrowUnlessOk(await response);
            }

            return message;
        }
        catch (Exception problem) when (problem is not GrpcException)
        {
            throw GrpcChannel.Translate(problem, timer, cancellation);
        }
    }

    public async ValueTask<byte[]?> ReadBytesAsync()
    {
        try
        {
            var message = await (await ReaderAsync()).ReadBytesAsync(cut.Token);
            if (message is null)
            {
                GrpcAnswer.ThrowUnlessOk(await response);
            }

            return message;
        }
        catch (Exception problem) when (problem is not GrpcException)
        {
            throw GrpcChannel.Translate(problem, timer, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        content.Complete();
        await cut.CancelAsync();
        try
        {
            (await response).Dispose();
        }
        catch (Exception)
        {
            // Whoever read or wrote has seen it; nobody waits for it any more.
        }

        if (body is not null)
        {
            await body.CompleteAsync();
        }

        content.Dispose();
        cut.Dispose();
        timer.Dispose();
    }

    private async ValueTask SendAsync(Func<Stream, ValueTask> send)
    {
        try
        {
            // A peer that answers at once may never take the stream: then its answer is what counts.
            if (await Task.WhenAny(content.Opened, response) == response && !content.Opened.IsCompleted)
            {
                GrpcAnswer.ThrowIfOver(await response);
            }

            var stream = await content.Opened;
            await send(stream);
            await stream.FlushAsync(cut.Token);
        }
        catch (Exception problem) when (problem is not GrpcException)
        {
            throw GrpcChannel.Translate(problem, timer, cancellation);
        }
    }

    private async ValueTask<HttpResponseMessage> ResponseAsync()
    {
        try
        {
            var answer = await response;
            GrpcAnswer.ThrowIfOver(answer);
            return answer;
        }
        catch (Exception problem) when (problem is not GrpcException)
        {
            throw GrpcChannel.Translate(problem, timer, cancellation);
        }
    }

    private async ValueTask<GrpcReader> ReaderAsync()
    {
        if (reader is null)
        {
            var answer = await ResponseAsync();
            body = PipeReader.Create(await answer.Content.ReadAsStreamAsync(cut.Token));
            reader = GrpcChannel.ReaderOf(answer, body, limit);
        }

        return reader;
    }

    /// <summary>A body that stays open for writing until it is completed.</summary>
    private sealed class OpenContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Stream> Opened => opened.Task;

        public void Complete() => completed.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            opened.TrySetResult(stream);
            await completed.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
