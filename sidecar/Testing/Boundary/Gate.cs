using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Http;

namespace Sidecar.Testing.Boundary;

/// <summary>
/// What one instance of a service takes for its sidecar: an HTTP and a gRPC port through which every call passes, is written down, and
/// fails when a test says so.
/// </summary>
internal sealed class Gate : IAsyncDisposable
{
    private const int HeaderLimit = 1024 * 1024;
    private readonly string service;
    private readonly Traffic traffic;
    private readonly Liveness life;
    private readonly ListenerServer server;

    public Gate(string service, Traffic traffic, Liveness life)
    {
        (this.service, this.traffic, this.life) = (service, traffic, life);
        server = new ListenerServer(
            [
                new("HTTP", IPAddress.Loopback, HttpPort, HttpProtocols.Http1AndHttp2, context => HandleAsync(context, isGrpc: false)),
                new("gRPC", IPAddress.Loopback, GrpcPort, HttpProtocols.Http2, context => HandleAsync(context, isGrpc: true)),
            ],
            HeaderLimit,
            NullLoggerFactory.Instance);
    }

    public int HttpPort { get; } = FreePort.Next();

    public int GrpcPort { get; } = FreePort.Next();

    public Task StartAsync() => server.StartAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync(new CancellationToken(canceled: true));
        await server.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context, bool isGrpc)
    {
        try
        {
            await PassAsync(context, isGrpc).WaitAsync(life.Killed);
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException or HttpRequestException)
        {
            context.Abort();
        }
    }

    private async Task PassAsync(HttpContext context, bool isGrpc)
    {
        await life.Awake();
        life.Killed.ThrowIfCancellationRequested();
        var relay = isGrpc ? traffic.Grpc : traffic.Http;
        if (isGrpc && !GrpcSubject.IsUnary(GrpcSubject.NameOf(context.Request.Path.Value ?? "")))
        {
            await relay.StreamAsync(context);
            return;
        }

        var request = await Relay.ReadAsync(context, isGrpc);
        life.Killed.ThrowIfCancellationRequested();
        var passage = traffic.Begin(service, request);
        using var death = life.Killed.Register(() => traffic.Tell(passage.Call, passage.Call.Fate == Fate.Passed ? Fate.Cut : passage.Call.Fate, "killed"));
        var answer = await passage.RunAsync(context.RequestAborted);
        await life.Awake();
        life.Killed.ThrowIfCancellationRequested();
        await Answering.WriteAsync(context, isGrpc, answer, passage.Failure);
    }
}
