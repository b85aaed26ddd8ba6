using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Http;
using Sidecar.Tests.Telemetry;

namespace Sidecar.Tests.Hosting;

/// <summary>An app behind a whole sidecar: says what it subscribes to, writes down what it is asked.</summary>
internal sealed class HostingApp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ListenerServer server;
    private readonly ConcurrentQueue<AppRequest> requests = new();
    private readonly SemaphoreSlim arrived = new(0);

    public HostingApp(int? port = null)
    {
        Port = port ?? FreePort.Next();
        server = new ListenerServer([new Listener("app", IPAddress.Loopback, Port, HttpProtocols.Http1, HandleAsync)], 32 * 1024, NullLoggerFactory.Instance);
    }

    public int Port { get; }

    public string Subscriptions { get; init; } = "[]";

    public volatile bool IsWell = true;

    /// <summary>What happens to a call before it is answered with 200.</summary>
    public Func<AppRequest, Task> Work { get; set; } = static _ => Task.CompletedTask;

    public IReadOnlyCollection<AppRequest> Requests => requests;

    public static async Task<HostingApp> StartAsync(string subscriptions = "[]")
    {
        var app = new HostingApp { Subscriptions = subscriptions };
        await app.StartAsync();
        return app;
    }

    public Task StartAsync() => server.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>Waits until that path was asked for so many times, whatever else is asked meanwhile.</summary>
    public async Task<AppRequest> AskedAsync(string path, int times = 1)
    {
        var patience = Stopwatch.StartNew();
        while (requests.Count(request => request.Path == path) < times)
        {
            var rest = Patience - patience.Elapsed;
            Assert.True(
                rest > TimeSpan.Zero && await arrived.WaitAsync(rest, TestContext.Current.CancellationToken), $"nobody asked for {path} {times} times");
        }

        return requests.Last(request => request.Path == path);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await server.StopAsync(atOnce.Token);
        await server.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
        var request = new AppRequest(context.Request.Method, context.Request.Path, System.Text.Encoding.UTF8.GetString(body.ToArray()), headers);
        requests.Enqueue(request);
        arrived.Release();
        switch (request.Path)
        {
            case "/dapr/subscribe":
                await context.Response.WriteAsync(Subscriptions);
                break;
            case "/dapr/config":
                context.Response.StatusCode = 404;
                break;
            case "/healthz":
                context.Response.StatusCode = IsWell ? 200 : 503;
                break;
            default:
                await Work(request);
                break;
        }
    }
}

internal sealed record AppRequest(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers);
