using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos.Internals;

namespace Sidecar.Invocation;

/// <summary>The internal port: what other sidecars, ours or daprd, ask of this one.</summary>
public sealed class InternalGrpc(InboundInvocation inbound)
{
    public void Register(GrpcMethods methods)
    {
        methods.Unary(InternalMessages.CallLocal, InternalInvokeRequest.Parser, CallAsync);
        methods.Streaming(InternalMessages.CallLocalStream, CallStreamAsync);
    }

    private async ValueTask<InternalInvokeResponse> CallAsync(InternalInvokeRequest sent, GrpcCall call)
    {
        if (sent.Message is null)
        {
            throw Malformed("field Message is nil");
        }

        var request = InternalMessages.Read(sent, new BytesSource(sent.Message.Data?.Value.Memory ?? default));
        await using var answer = await AnswerAsync(request, call);
        var response = InternalMessages.Of(answer);
        response.Message.Data = new Any
        {
            Value = UnsafeByteOperations.UnsafeWrap(await answer.Body.ReadAllAsync(call.Cancellation)),
            TypeUrl = answer.TypeUrl,
        };
        return response;
    }

    private async ValueTask CallStreamAsync(GrpcCall call)
    {
        var first = await call.ReadAsync(InternalInvokeRequestStream.Parser);
        if (first?.Request?.Message is null || first.Request.Metadata.Count == 0)
        {
            throw Malformed("request does not contain the required fields in the leading chunk");
        }

        await using var body = new RequestSource(call, first);
        await using var answer = await AnswerAsync(InternalMessages.Read(first.Request, body), call);
        var message = new InternalInvokeResponseStream { Response = InternalMessages.Of(answer) };
        var seq = 0UL;
        var piece = await answer.Body.ReadAsync(call.Cancellation);
        do
        {
            message.Payload = piece.IsEmpty ? null : new Protos.StreamPayload { Data = UnsafeByteOperations.UnsafeWrap(piece), Seq = seq++ };
            call.Queue(message);
            message.Response = null;

            // The next piece may stand where this one stood: it has been copied into the answer by now.
            var next = answer.Body.ReadAsync(call.Cancellation);
            if (!next.IsCompleted)
            {
                await call.FlushAsync();
            }

            piece = await next;
        }
        while (!piece.IsEmpty);
    }

    private async ValueTask<InvokeAnswer> AnswerAsync(InvokeRequest request, GrpcCall call)
    {
        try
        {
            return await inbound.AnswerAsync(request, call.Cancellation);
        }
        catch (InvocationException failure)
        {
            throw GrpcErrors.Of(failure.Code, failure.Description);
        }
    }

    private static ApiException Malformed(string what) =>
        GrpcErrors.Of(GrpcCode.InvalidArgument, $"parsing InternalInvokeRequest error: {what}");

    /// <summary>The body of a call as it comes in.</summary>
    private sealed class RequestSource(GrpcCall call, InternalInvokeRequestStream first) : ByteSource
    {
        private readonly PayloadOrder order = new();
        private InternalInvokeRequestStream? next = first;

        public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
        {
            while (true)
            {
                var message = next ?? await call.ReadAsync(InternalInvokeRequestStream.Parser, cancellation);
                if (message is null)
                {
                    return default;
                }

                if (next is null && message.Request is { } again && (again.Message is not null || again.Metadata.Count > 0))
                {
                    throw new IOException("request metadata found in non-leading chunk");
                }

                next = null;
                if (message.Payload is { } payload)
                {
                    order.Check(payload);
                    if (payload.Data.Length > 0)
                    {
                        return payload.Data.Memory;
                    }
                }
            }
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
