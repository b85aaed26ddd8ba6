using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Errors;
using Sidecar.Hosting;
using Sidecar.Http;
using Sidecar.Telemetry;
using Sidecar.Telemetry.Logging;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

/// <summary>An HTTP API of a few routes with telemetry, and a client that changes nothing.</summary>
internal sealed class TelemetryHost : IAsyncDisposable
{
    private readonly MemoryStream lines = new();
    private readonly LogOutput output;
    private readonly ListenerServer server;
    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false });

    private TelemetryHost(TelemetrySettings settings, SidecarOptions options, int port)
    {
        Port = port;
        output = new LogOutput(lines);
        Telemetry = new SidecarTelemetry(settings, output, TimeProvider.System);
        var router = new Router();
        router.Add(new ApiRoute("GET", "v1.0", "state/{store}/{key}", "state", GetAsync));
        router.Add(new ApiRoute("POST PUT", "v1.0", "state/{store}", "state", SaveAsync));
        router.Add(new ApiRoute("GET", "v1.0", "secrets/{store}/{name}", "secrets", GetAsync));
        router.Add(new ApiRoute("POST PUT", "v1.0", "publish/{pubsub}/{*topic}", "publish", SaveAsync));
        router.Add(new ApiRoute("GET", "v1.0", "healthz", "healthz", SaveAsync) { IsHealthCheck = true });
        var api = new HttpApi(options, router, InvokeAsync, NullLogger<HttpApi>.Instance, Telemetry.Http);
        server = new ListenerServer(
            [
                new Listener("API", IPAddress.Loopback, port, HttpProtocols.Http1AndHttp2, api.HandleAsync),
                new Listener("metrics", IPAddress.Loopback, MetricsPort, HttpProtocols.Http1, Telemetry.Metrics.ServeAsync),
            ],
            32 * 1024,
            Telemetry.Loggers);
    }

    public int Port { get; }

    public int MetricsPort { get; } = FreePort.Next();

    public SidecarTelemetry Telemetry { get; }

    /// <summary>What the handlers saw as the current span.</summary>
    public Span? Seen { get; private set; }

    public static async Task<TelemetryHost> StartAsync(TelemetrySettings settings, SidecarOptions? options = null)
    {
        var host = new TelemetryHost(settings, options ?? new SidecarOptions { AppId = settings.AppId }, FreePort.Next());
        await host.server.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public async Task<Answer> SendAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        var uri = new Uri($"http://127.0.0.1:{Port}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        if (method != "GET")
        {
            request.Content = new ByteArrayContent("[]"u8.ToArray());
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var found = response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, found, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>All metrics as the port shows them.</summary>
    public async Task<string> MetricsAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{MetricsPort}/metrics");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Lets running requests end; then all of them are on record.</summary>
    public async Task StopAsync()
    {
        await server.StopAsync(TestContext.Current.CancellationToken);
        await Telemetry.DisposeAsync();
    }

    public async Task<string[]> LogLinesAsync()
    {
        await StopAsync();
        return Encoding.UTF8.GetString(lines.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await server.StopAsync(atOnce.Token);
        await server.DisposeAsync();
        await Telemetry.DisposeAsync();
        output.Dispose();
    }

    private async ValueTask GetAsync(HttpCall call)
    {
        await Task.Yield();
        Seen = Telemetry.Tracer.Current;
        Telemetry.Loggers.CreateLogger("Sidecar.State.Tests").LogInformation("reading");
        if (call.FirstParameter == "nope")
        {
            throw new ApiException(400, GrpcCode.InvalidArgument, "ERR_STATE_STORE_NOT_FOUND", "state store nope is not found", new ErrorInfo("DAPR_STATE_NOT_FOUND"));
        }

        await call.Json("{\"a\":1}"u8.ToArray());
    }

    private ValueTask SaveAsync(HttpCall call)
    {
        call.Empty();
        return ValueTask.CompletedTask;
    }

    private async ValueTask InvokeAsync(HttpCall call)
    {
        if (call.Path.Split('/') is not [_, _, "invoke", var app, "method", .. var rest])
        {
            throw new ApiException(404, GrpcCode.NotFound, "ERR_DIRECT_INVOKE", "failed getting app id");
        }

        call.Target = new InvocationTarget(app, string.Join('/', rest));
        await call.Context.Response.WriteAsync("from the app", call.Cancellation);
        call.SentBytes = 12;
    }
}

internal sealed record Answer(int Status, Dictionary<string, string> Headers, string Body);
