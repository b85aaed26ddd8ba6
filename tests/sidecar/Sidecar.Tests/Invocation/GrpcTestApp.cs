using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Http;
using Sidecar.Protos;

namespace Sidecar.Tests.Invocation;

/// <summary>An app that speaks gRPC: Dapr's callbacks, and a service of its own under /test.Service.</summary>
internal sealed class GrpcTestApp : IAsyncDisposable
{
    private readonly ListenerServer server;

    private GrpcTestApp(ListenerServer server, int port)
    {
        this.server = server;
        Port = port;
    }

    public int Port { get; }

    /// <summary>The app without its port.</summary>
    public static GrpcServer Server
    {
        get
        {
            var methods = new GrpcMethods();
            methods.Unary("/dapr.proto.runtime.v1.AppCallback/OnInvoke", Protos.InvokeRequest.Parser, OnInvoke);
            methods.Unary("/dapr.proto.runtime.v1.AppCallbackHealthCheck/HealthCheck", Empty.Parser, (_, _) => new ValueTask<Empty>(new Empty()));
            methods.Streaming("/test.Service/Echo", EchoAsync);
            methods.Streaming("/test.Service/Refuse", call =>
            {
                call.Trailers["x-trailer"] = "t";
                throw GrpcErrors.Of(GrpcCode.FailedPrecondition, "no, thanks");
            });
            return new GrpcServer(new SidecarOptions { AppId = "app" }, methods, _ => throw GrpcErrors.Unimplemented("nobody has that"), TimeProvider.System, NullLogger<GrpcServer>.Instance);
        }
    }

    public static async Task<GrpcTestApp> StartAsync()
    {
        var port = TestPort.Next();
        var server = new ListenerServer([new Listener("app", IPAddress.Loopback, port, HttpProtocols.Http2, Server.HandleAsync)], 32 * 1024, NullLoggerFactory.Instance);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new GrpcTestApp(server, port);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await server.StopAsync(atOnce.Token);
        await server.DisposeAsync();
    }

    private static ValueTask<InvokeResponse> OnInvoke(Protos.InvokeRequest request, GrpcCall call)
    {
        if (request.Method == "refuse")
        {
            throw GrpcErrors.Of(GrpcCode.AlreadyExists, "there already", new ErrorInfo("because"));
        }

        call.ResponseHeaders["x-header"] = "h";
        call.Trailers["x-trailer"] = "t";
        var text = $"{request.Method} {request.HttpExtension?.Verb.ToString().ToUpperInvariant()} {request.HttpExtension?.Querystring} {request.ContentType} {request.Data?.Value.ToStringUtf8()} {request.Data?.TypeUrl} {call.RequestHeaders["x-custom"]}";
        return new(new InvokeResponse
        {
            ContentType = "text/out",
            Data = new Any { Value = ByteString.CopyFromUtf8(text), TypeUrl = request.Method == "typed" ? "type.example/out" : "" },
        });
    }

    /// <summary>Answers each message as it comes, with the metadata of the call in front.</summary>
    private static async ValueTask EchoAsync(GrpcCall call)
    {
        call.ResponseHeaders["x-header"] = "h";
        foreach (var name in new[] { "dapr-app-id", "dapr-caller-app-id", "dapr-callee-app-id", "dapr-api-token", "x-custom", "data-bin" })
        {
            call.ResponseHeaders["seen-" + name] = call.RequestHeaders[name];
        }

        while (await call.ReadBytesAsync() is { } message)
        {
            await call.WriteBytesAsync(message);
        }

        call.Trailers["x-trailer"] = "t";
    }
}
