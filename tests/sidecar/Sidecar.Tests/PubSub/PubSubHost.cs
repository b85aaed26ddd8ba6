using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Errors;
using Sidecar.Hosting;
using Sidecar.Http;
using Sidecar.Invocation;
using Sidecar.PubSub;
using Sidecar.PubSub.Publishing;
using Sidecar.PubSub.Subscriptions;
using Sidecar.Resiliency;
using Sidecar.Telemetry;
using Sidecar.Telemetry.Logging;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.PubSub;

/// <summary>The pub/sub of one sidecar with its HTTP API, between a broker and an application.</summary>
internal sealed class PubSubHost : IAsyncDisposable
{
    public const string AppId = "truth-a";
    private readonly AppChannel? channel;
    private readonly LogOutput output = new(Stream.Null);
    private ListenerServer? server;

    private PubSubHost(RecordingBroker broker, int? appPort, PubSubHostOptions options, string protocol = "http")
    {
        Broker = broker;
        var sidecar = new SidecarOptions { AppId = AppId, AppPort = appPort, AppProtocol = protocol, DisabledInitEndpoints = options.DisabledInitEndpoints, MaxBodySize = options.MaxBodySize };
        channel = appPort is null ? null : new AppChannel(sidecar);
        var component = new PubSubComponent("pubsub", options.Broker ?? broker, TopicScopes.Of(AppId, options.Metadata)) { Inbound = options.Inbound, Outbound = options.Outbound, TopicPrefix = options.TopicPrefix };
        Components = new Dictionary<string, PubSubComponent>(StringComparer.Ordinal) { ["pubsub"] = component };
        Tracer = new Tracer(options.Tracing, [], TimeProvider.System);
        Metrics = new SidecarMetrics(new MetricsSettings(), AppId, "");
        Runtime = new PubSubRuntime(sidecar, Components, options.Declared, channel, new ResiliencyPolicies(), Tracer, Metrics.PubSub, TimeProvider.System, NullLogger<PubSubRuntime>.Instance);
        Options = sidecar;
    }

    public RecordingBroker Broker { get; }

    public PubSubRuntime Runtime { get; }

    public Dictionary<string, PubSubComponent> Components { get; }

    public Tracer Tracer { get; }

    public SidecarMetrics Metrics { get; }

    public HttpClient Client { get; } = new();

    private SidecarOptions Options { get; }

    /// <summary>With an API and without an application.</summary>
    public static async Task<PubSubHost> PublishingAsync(PubSubHostOptions? options = null, RecordingBroker? broker = null)
    {
        var host = new PubSubHost(broker ?? new RecordingBroker(), null, options ?? new());
        await host.ListenAsync();
        return host;
    }

    /// <summary>Without an API; the application's subscriptions run.</summary>
    public static async Task<PubSubHost> DeliveringAsync(TestApp app, PubSubHostOptions? options = null, RecordingBroker? broker = null)
    {
        var host = new PubSubHost(broker ?? new RecordingBroker(), app.Port, options ?? new());
        await host.Runtime.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>For an application that speaks gRPC.</summary>
    public static async Task<PubSubHost> DeliveringAsync(int appPort, PubSubHostOptions options)
    {
        var host = new PubSubHost(new RecordingBroker(), appPort, options, "grpc");
        await host.Runtime.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public async Task<(int Status, JsonElement Body)> PostAsync(string path, string body, string? contentType = "application/json")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return await SendAsync(path, content);
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(string path, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        return await SendAsync(request);
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpRequestMessage request)
    {
        using var answer = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Runtime.DisposeAsync();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        channel?.Dispose();
        await Broker.DisposeAsync();
        output.Dispose();
    }

    private async Task ListenAsync()
    {
        var router = new Router();
        foreach (var route in new PubSubHttp(Runtime.Api).Routes)
        {
            router.Add(route);
        }

        var port = FreePort();
        var telemetry = new HttpTelemetry(Tracer, Metrics, new ApiLog(new LoggingSettings(), new SidecarLoggerFactory(new LoggingSettings(), AppId, output, TimeProvider.System)), TimeProvider.System);
        var api = new HttpApi(Options, router, static _ => throw new ApiException(404, GrpcCode.NotFound, "ERR_DIRECT_INVOKE", "no app"), NullLogger<HttpApi>.Instance, telemetry);
        server = new ListenerServer([new Listener("HTTP", IPAddress.Loopback, port, HttpProtocols.Http1, api.HandleAsync)], 4096, NullLoggerFactory.Instance);
        await server.StartAsync(TestContext.Current.CancellationToken);
        Client.BaseAddress = new Uri($"http://127.0.0.1:{port}");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

internal sealed record PubSubHostOptions
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = BrokerMessage.Empty;

    public IReadOnlyList<SubscriptionSpec> Declared { get; init; } = [];

    public IReadOnlyList<string> DisabledInitEndpoints { get; init; } = [];

    public Policy Inbound { get; init; } = Policy.None;

    public Policy Outbound { get; init; } = Policy.None;

    public string TopicPrefix { get; init; } = "";

    public TracingSettings Tracing { get; init; } = new();

    public int MaxBodySize { get; init; } = 4 * 1024 * 1024;

    /// <summary>In place of the one that records.</summary>
    public IPubSub? Broker { get; init; }
}
