using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.Protos.Internals;

namespace Sidecar.Tests.Invocation;

/// <summary>The internal port as daprd talks to it.</summary>
public sealed class InternalGrpcTests : IAsyncDisposable
{
    private const string CallLocal = "/dapr.proto.internals.v1.ServiceInvocation/CallLocal";
    private const string CallLocalStream = "/dapr.proto.internals.v1.ServiceInvocation/CallLocalStream";
    private readonly Neighbourhood neighbourhood = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Fact]
    public async Task A_unary_call_is_answered_whole()
    {
        var sidecar = await EchoAsync();
        var request = Request("a");
        request.Message.Data = new Any { Value = ByteString.CopyFromUtf8("data") };
        var reply = await sidecar.Internal.UnaryAsync(CallLocal, request, InternalInvokeResponse.Parser, default, Cancellation);
        Assert.Equal((201, "text/x"), (reply.Message.Status.Code, reply.Message.Message.ContentType));
        Assert.Equal("POST /a?q=1 data", reply.Message.Message.Data.Value.ToStringUtf8());
        Assert.Equal(["a", "b"], reply.Message.Headers["X-Many"].Values);
        Assert.DoesNotContain("Content-Length", reply.Message.Headers.Keys);
    }

    [Fact]
    public async Task A_streamed_call_is_answered_in_numbered_pieces()
    {
        var sidecar = await EchoAsync();
        await using var call = sidecar.Internal.Open(CallLocalStream, default, Cancellation);
        await call.WriteAsync(new InternalInvokeRequestStream { Request = Request("a") });
        await call.WriteAsync(Piece("da", 0));
        await call.WriteAsync(Piece("ta", 1));
        call.Complete();
        var first = (await call.ReadAsync(InternalInvokeResponseStream.Parser))!;
        Assert.Equal((201, "text/x"), (first.Response.Status.Code, first.Response.Message.ContentType));
        var text = first.Payload?.Data.ToStringUtf8() ?? "";
        var seq = first.Payload is null ? 0UL : 1UL;
        while (await call.ReadAsync(InternalInvokeResponseStream.Parser) is { } more)
        {
            Assert.Null(more.Response);
            Assert.Equal(seq++, more.Payload.Seq);
            text += more.Payload.Data.ToStringUtf8();
        }

        Assert.Equal("POST /a?q=1 data", text);
    }

    [Fact]
    public async Task A_piece_out_of_order_breaks_the_call()
    {
        var sidecar = await EchoAsync();
        await using var call = sidecar.Internal.Open(CallLocalStream, default, Cancellation);
        await call.WriteAsync(new InternalInvokeRequestStream { Request = Request("a"), Payload = new StreamPayload { Data = ByteString.CopyFromUtf8("da") } });
        await call.WriteAsync(Piece("ta", 2));
        call.Complete();
        var refusal = await Assert.ThrowsAsync<GrpcException>(() => call.ReadAsync(InternalInvokeResponseStream.Parser).AsTask());
        Assert.Equal(GrpcCode.Internal, refusal.Code);
        Assert.EndsWith("invalid sequence number received: 2 (expected: 1)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_without_its_parts_is_refused()
    {
        var sidecar = await EchoAsync();
        await using var call = sidecar.Internal.Open(CallLocalStream, default, Cancellation);
        await call.WriteAsync(Piece("da", 0));
        call.Complete();
        var refusal = await Assert.ThrowsAsync<GrpcException>(() => call.ReadAsync(InternalInvokeResponseStream.Parser).AsTask());
        Assert.Equal((GrpcCode.InvalidArgument, "parsing InternalInvokeRequest error: request does not contain the required fields in the leading chunk"), (refusal.Code, refusal.Message));
        var unary = await Assert.ThrowsAsync<GrpcException>(() => sidecar.Internal.UnaryAsync(CallLocal, new InternalInvokeRequest(), InternalInvokeResponse.Parser, default, Cancellation).AsTask());
        Assert.Equal((GrpcCode.InvalidArgument, "parsing InternalInvokeRequest error: field Message is nil"), (unary.Code, unary.Message));
    }

    [Fact]
    public async Task A_header_that_would_break_out_of_its_line_is_refused()
    {
        var sidecar = await EchoAsync();
        var request = Request("a");
        request.Metadata["X-Evil"] = new ListStringValue { Values = { "a\r\nX-Injected: b" } };
        var refusal = await Assert.ThrowsAsync<GrpcException>(() => sidecar.Internal.UnaryAsync(CallLocal, request, InternalInvokeResponse.Parser, default, Cancellation).AsTask());
        Assert.EndsWith("net/http: invalid header field value for \"X-Evil\"", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_trace_reaches_the_app()
    {
        var seen = "";
        var app = await neighbourhood.AppAsync(context =>
        {
            seen = $"{context.Request.Headers.TraceParent} {context.Request.Headers.TraceState}";
            return Task.CompletedTask;
        });
        var caller = await neighbourhood.SidecarAsync("caller");
        await neighbourhood.SidecarAsync("callee", app.Port, "second");
        using var request = new HttpRequestMessage(HttpMethod.Get, caller.Address + "/v1.0/invoke/callee/method/x");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.Add("tracestate", "a=b");
        using var answer = await caller.SendAsync(request);
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 a=b", seen);
    }

    private async Task<TestSidecar> EchoAsync()
    {
        var app = await neighbourhood.AppAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(Cancellation);
            context.Response.StatusCode = 201;
            context.Response.ContentType = "text/x";
            context.Response.Headers["X-Many"] = new[] { "a", "b" };
            await context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body}", Cancellation);
        });
        return await neighbourhood.SidecarAsync("callee", app.Port);
    }

    private static InternalInvokeRequest Request(string method) => new()
    {
        Ver = APIVersion.V1,
        Metadata = { ["X-Custom"] = new ListStringValue { Values = { "c" } } },
        Message = new Protos.InvokeRequest { Method = method, HttpExtension = new HTTPExtension { Verb = HTTPExtension.Types.Verb.Post, Querystring = "q=1" } },
    };

    private static InternalInvokeRequestStream Piece(string text, ulong seq) => new()
    {
        Payload = new StreamPayload { Data = ByteString.CopyFromUtf8(text), Seq = seq },
    };
}
