using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Http;

namespace Sidecar.Tests.Grpc;

/// <summary>Our server on a port of its own, and channels to it.</summary>
internal sealed class GrpcHost : IAsyncDisposable
{
    public const int Limit = 4 * 1024 * 1024;
    private readonly ListenerServer listeners;

    private GrpcHost(ListenerServer listeners, int port)
    {
        this.listeners = listeners;
        Port = port;
        Channel = new GrpcChannel(Address, Limit, TimeProvider.System);
    }

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}");

    public GrpcChannel Channel { get; }

    public static async Task<GrpcHost> StartAsync(Action<GrpcMethods> register, Func<SidecarOptions, SidecarOptions>? configure = null, int port = 0)
    {
        var methods = new GrpcMethods();
        register(methods);
        var options = new SidecarOptions { AppId = "grpc-tests" };
        options = configure?.Invoke(options) ?? options;
        var grpc = new GrpcServer(options, methods, call => throw GrpcErrors.Unimplemented($"nobody has {call.Method}"), TimeProvider.System, NullLogger<GrpcServer>.Instance);
        port = port == 0 ? FreePort() : port;
        var server = new ListenerServer([new Listener("gRPC", IPAddress.Loopback, port, HttpProtocols.Http2, grpc.HandleAsync)], 32 * 1024, NullLoggerFactory.Instance);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new GrpcHost(server, port);
    }

    /// <summary>A call of any method, its messages known only to the caller.</summary>
    public async Task<GrpcReply<T>> AskAsync<T>(string method, IMessage request)
        where T : class, IMessage<T>, new()
    {
        await using var call = Channel.Open(method, new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(30) }, TestContext.Current.CancellationToken);
        await call.WriteAsync(request);
        call.Complete();
        var answer = await call.ReadAsync(new MessageParser<T>(() => new T())) ?? throw new InvalidDataException($"{method} answered nothing");
        Assert.Null(await call.ReadBytesAsync());
        return new GrpcReply<T>(answer, await call.HeadersAsync(), call.Trailers!);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await listeners.StopAsync(atOnce.Token);
        await listeners.DisposeAsync();
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
