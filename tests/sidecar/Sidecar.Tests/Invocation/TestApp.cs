using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Http;

namespace Sidecar.Tests.Invocation;

/// <summary>An app that answers as the test says.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly ListenerServer server;

    private TestApp(ListenerServer server, int port)
    {
        this.server = server;
        Port = port;
    }

    public int Port { get; }

    public static async Task<TestApp> StartAsync(RequestDelegate handler, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var port = TestPort.Next();
        var server = new ListenerServer([new Listener("app", IPAddress.Loopback, port, protocols, handler)], 32 * 1024, NullLoggerFactory.Instance);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new TestApp(server, port);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await server.StopAsync(atOnce.Token);
        await server.DisposeAsync();
    }
}
