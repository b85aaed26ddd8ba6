extern alias daemon;
using System.Buffers.Binary;
using System.Net;
using daemon::Sidecar.Protos;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Sdk.Tests.Ground;

/// <summary>An app that speaks gRPC and answers every call with what it was sent.</summary>
internal sealed class GrpcEchoApp : IAsyncDisposable
{
    private const int HeaderLength = 5;
    private readonly WebApplication app;

    private GrpcEchoApp(WebApplication app) => this.app = app;

    public static async Task<GrpcEchoApp> StartAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapPost("/dapr.proto.runtime.v1.AppCallback/OnInvoke", context => AnswerAsync(context, InvokeRequest.Parser, Echoed));
        app.MapPost("/dapr.proto.runtime.v1.AppCallback/ListTopicSubscriptions", context => AnswerAsync(context, Empty.Parser, _ => new ListTopicSubscriptionsResponse()));
        app.MapPost("/dapr.proto.runtime.v1.AppCallback/ListInputBindings", context => AnswerAsync(context, Empty.Parser, _ => new ListInputBindingsResponse()));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new GrpcEchoApp(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static InvokeResponse Echoed(InvokeRequest asked) => new()
    {
        Data = asked.Data is { TypeUrl.Length: > 0 } data ? data : Any.Pack(new StringValue()),
        ContentType = asked.ContentType,
    };

    private static async Task AnswerAsync<TRequest>(HttpContext context, MessageParser<TRequest> parser, Func<TRequest, IMessage> answer)
        where TRequest : IMessage<TRequest>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var message = answer(parser.ParseFrom(body.ToArray().AsSpan(HeaderLength))).ToByteArray();
        var frame = new byte[HeaderLength + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, HeaderLength);
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(frame);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
