using System.IO.Pipelines;
using System.Net.Sockets;
using System.Net;
using Google.Protobuf;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Invocation.Wire;
using Sidecar.Protos.Internals;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Invocation;

/// <summary>A sidecar in another process, ours or daprd: bodies travel in pieces, both ways.</summary>
public sealed class RemoteSidecar(string address, int limit, TimeProvider time) : IRemotePeer
{
    private readonly GrpcChannel channel = new(new Uri($"http://{address}"), limit, time);

    /// <summary>Calls that run, and one for whoever made this: the last one closes the connection.</summary>
    private int users = 1;

    public string Address => address;

    /// <summary>For calls of gRPC that are passed on as they are.</summary>
    public async ValueTask UseAsync(Func<GrpcChannel, ValueTask> use)
    {
        Enter();
        try
        {
            await use(channel);
        }
        finally
        {
            Leave();
        }
    }

    public async ValueTask<InvokeAnswer> CallAsync(InvokeRequest request, Span? span, CancellationToken cancellation)
    {
        var options = new GrpcCallOptions { Metadata = GrpcFields.ToMetadata(span) };
        var content = new CallContent(request);
        HttpResponseMessage? response = null;
        Enter();
        try
        {
            response = await channel.SendAsync(InternalMessages.CallLocalStream, content, options, cancellation);
            GrpcAnswer.ThrowIfOver(response);
            var body = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellation));
            var answer = new AnswerSource(this, content, response, body, GrpcChannel.ReaderOf(response, body, limit));
            return InternalMessages.Read(await answer.BeginAsync(cancellation), answer);
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            Leave(response);
            await content.DisposeAsync();
            throw content.Failure ?? Failure(problem);
        }
        catch (OperationCanceledException)
        {
            Leave(response);
            await content.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls that run go on to their end.</summary>
    public ValueTask DisposeAsync()
    {
        Leave();
        return ValueTask.CompletedTask;
    }

    private void Enter() => Interlocked.Increment(ref users);

    private void Leave(HttpResponseMessage? response = null)
    {
        response?.Dispose();
        if (Interlocked.Decrement(ref users) == 0)
        {
            channel.Dispose();
        }
    }

    private InvocationException Failure(Exception problem) => problem switch
    {
        InvocationException known => known,
        GrpcException refusal => new(refusal.Code, refusal.Message),
        ApiException own => new(own.GrpcCode, own.Message),
        HttpRequestException { InnerException: SocketException socket } => new(GrpcCode.Unavailable, $"connection error: desc = \"transport: Error while dialing: {Dial(socket)}\"") { IsUnreached = true },
        HttpProtocolException reset => new(GrpcCode.Internal, $"stream terminated by RST_STREAM with error code: {reset.ErrorCode}"),
        { InnerException: HttpProtocolException reset } => new(GrpcCode.Internal, $"stream terminated by RST_STREAM with error code: {reset.ErrorCode}"),
        _ => new(GrpcCode.Unavailable, $"error reading from server: {(problem is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } ? "EOF" : problem.Message)}"),
    };

    private string Dial(SocketException socket) =>
        IPEndPoint.TryParse(address, out var at) ? GoNetError.Dial(at.Address.ToString(), at.Port, socket) : GoNetError.Dial(address, 0, socket);

    /// <summary>The call, with as much of its body as there is, then the rest piece by piece.</summary>
    private sealed class CallContent(InvokeRequest request) : SourceContent(request.Body)
    {
        protected override async Task WriteAsync(Stream stream, CancellationToken cancellation)
        {
            var message = new InternalInvokeRequestStream { Request = InternalMessages.Of(request) };
            var seq = 0UL;
            for (var piece = await ReadAsync(cancellation); !piece.IsEmpty || message.Request is not null; piece = await ReadAsync(cancellation))
            {
                do
                {
                    var part = piece[..Math.Min(piece.Length, Payload.MostBytes)];
                    piece = piece[part.Length..];
                    message.Payload = part.IsEmpty ? null : new Protos.StreamPayload { Data = UnsafeByteOperations.UnsafeWrap(part), Seq = seq++ };
                    await GrpcContent.WriteAsync(stream, message, cancellation);
                    message.Request = null;
                }
                while (!piece.IsEmpty);

                if (request.IsStreaming)
                {
                    await stream.FlushAsync(cancellation);
                }
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>The body of an answer as it comes in.</summary>
    private sealed class AnswerSource(RemoteSidecar sidecar, CallContent sent, HttpResponseMessage response, PipeReader body, GrpcReader reader) : ByteSource
    {
        private readonly PayloadOrder order = new();
        private ReadOnlyMemory<byte> first;
        private bool isLeft;

        public async ValueTask<InternalInvokeResponse> BeginAsync(CancellationToken cancellation)
        {
            var message = await reader.ReadAsync(InternalInvokeResponseStream.Parser, cancellation);
            if (message is null)
            {
                GrpcAnswer.ThrowUnlessOk(response);
                throw new InvocationException("EOF");
            }

            if (message.Response?.Status is null)
            {
                throw new InvocationException("response does not contain the required fields in the leading chunk");
            }

            first = Take(message);
            return message.Response;
        }

        public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
        {
            if (!first.IsEmpty)
            {
                var piece = first;
                first = default;
                return piece;
            }

            while (await reader.ReadAsync(InternalInvokeResponseStream.Parser, cancellation) is { } message)
            {
                if (Take(message) is { IsEmpty: false } piece)
                {
                    return piece;
                }
            }

            GrpcAnswer.ThrowUnlessOk(response);
            return default;
        }

        public override async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref isLeft, true) is false)
            {
                sidecar.Leave(response);
                await body.CompleteAsync();
                await sent.DisposeAsync();
            }
        }

        private ReadOnlyMemory<byte> Take(InternalInvokeResponseStream message)
        {
            if (message.Payload is null)
            {
                return default;
            }

            order.Check(message.Payload);
            return message.Payload.Data.Memory;
        }
    }
}

internal static class Payload
{
    /// <summary>Of a body in one message: well below what any sidecar takes.</summary>
    public const int MostBytes = 64 * 1024;
}
