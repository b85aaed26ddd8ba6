using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Http;

namespace Sidecar.Tests.Telemetry;

/// <summary>Takes what exporters send.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly Channel<Received> received = Channel.CreateUnbounded<Received>();
    private readonly ListenerServer server;

    private Collector(int port)
    {
        Port = port;
        server = new ListenerServer([new Listener("collector", IPAddress.Loopback, port, HttpProtocols.Http1AndHttp2, TakeAsync)], 32 * 1024, NullLoggerFactory.Instance);
    }

    public int Port { get; }

    public string Zipkin => $"http://127.0.0.1:{Port}/api/v2/spans";

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector(FreePort.Next());
        await collector.server.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public async Task<Received> NextAsync() =>
        await received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

    /// <summary>Spans by name; of each the JSON that Zipkin would get.</summary>
    public async Task<Dictionary<string, JsonElement>> ZipkinSpansAsync()
    {
        var spans = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var span in JsonDocument.Parse((await NextAsync()).Body).RootElement.EnumerateArray())
        {
            spans[span.GetProperty("name").GetString()!] = span;
        }

        return spans;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await server.StopAsync(atOnce.Token);
        await server.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var isGrpc = context.Request.ContentType == "application/grpc";
        if (isGrpc)
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.StartAsync();
            context.Response.AppendTrailer("grpc-status", "0");
        }
        else
        {
            context.Response.StatusCode = context.Request.Path == "/api/v2/spans" ? 202 : 200;
        }

        received.Writer.TryWrite(new Received(context.Request.Path, context.Request.Protocol, headers, body.ToArray()));
    }
}

internal sealed record Received(string Path, string Protocol, Dictionary<string, string> Headers, byte[] Body);
