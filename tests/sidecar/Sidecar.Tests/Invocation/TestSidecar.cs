using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Http;
using Sidecar.Invocation;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Invocation;

/// <summary>The invocation of one sidecar on ports of its own.</summary>
internal sealed class TestSidecar : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> parts = [];

    private TestSidecar(SidecarOptions options) => Options = options;

    public SidecarOptions Options { get; }

    public string Address => $"http://127.0.0.1:{Options.HttpPort}";

    public string InternalAddress => $"127.0.0.1:{Options.InternalGrpcPort}";

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    public required GrpcChannel Grpc { get; init; }

    public required GrpcChannel Internal { get; init; }

    public required AppChannel? App { get; init; }

    public static async Task<TestSidecar> StartAsync(
        string appId,
        int? appPort,
        LocalSidecars neighbours,
        SqliteNameResolver resolver,
        ResiliencyPolicies? policies = null,
        Func<SidecarOptions, SidecarOptions>? configure = null,
        IReadOnlyList<HttpEndpoint>? endpoints = null,
        Tracer? tracer = null)
    {
        var options = new SidecarOptions { AppId = appId, AppPort = appPort, HttpPort = TestPort.Next(), GrpcPort = TestPort.Next(), InternalGrpcPort = TestPort.Next() };
        options = configure?.Invoke(options) ?? options;
        policies ??= new ResiliencyPolicies();
        var time = TimeProvider.System;
        tracer ??= new Tracer(new TracingSettings(), [], time);
        var metrics = new SidecarMetrics(new MetricsSettings(), appId, "default").Runtime;
        var app = options.AppPort is null ? null : new AppChannel(options, time);
        var inbound = new InboundInvocation(options, app, tracer, metrics);
        var peers = new Peers(neighbours, resolver, address => new RemoteSidecar(address, options.MaxBodySize, time), time);
        var external = new ExternalServers(endpoints ?? []);
        var invoker = new Invoker(options, inbound, peers, external, policies, tracer, metrics, time);
        var proxy = new GrpcProxy(options, inbound, peers, policies, tracer, time);
        var http = new HttpApi(options, new Router(), new InvocationHttp(options, invoker, NullLogger<InvocationHttp>.Instance).HandleAsync, NullLogger<HttpApi>.Instance);
        var api = new GrpcMethods();
        new InvokeGrpc(invoker, tracer).Register(api);
        var internals = new GrpcMethods();
        new InternalGrpc(inbound).Register(internals);
        var server = new ListenerServer(
            [
                new("HTTP", IPAddress.Loopback, options.HttpPort, HttpProtocols.Http1AndHttp2, http.HandleAsync),
                new("gRPC", IPAddress.Loopback, options.GrpcPort, HttpProtocols.Http2, new GrpcServer(options, api, proxy.HandleAsync, time, NullLogger<GrpcServer>.Instance).HandleAsync),
                new("internal", IPAddress.Loopback, options.InternalGrpcPort!.Value, HttpProtocols.Http2, new GrpcServer(options, internals, proxy.HandleAsync, time, NullLogger<GrpcServer>.Instance).HandleAsync),
            ],
            32 * 1024,
            NullLoggerFactory.Instance);
        await server.StartAsync(TestContext.Current.CancellationToken);
        neighbours.Add(inbound);
        var sidecar = new TestSidecar(options)
        {
            App = app,
            Grpc = new GrpcChannel(new Uri($"http://127.0.0.1:{options.GrpcPort}"), options.MaxBodySize, time),
            Internal = new GrpcChannel(new Uri($"http://127.0.0.1:{options.InternalGrpcPort}"), options.MaxBodySize, time),
        };
        sidecar.parts.Add(new Ending(() => neighbours.Remove(inbound)));
        sidecar.parts.Add(await resolver.RegisterAsync(appId, sidecar.InternalAddress));
        sidecar.parts.Add(new Ending(sidecar.Http.Dispose));
        sidecar.parts.Add(new Ending(sidecar.Grpc.Dispose));
        sidecar.parts.Add(new Ending(sidecar.Internal.Dispose));
        sidecar.parts.Add(new Stop(server));
        sidecar.parts.Add(peers);
        sidecar.parts.Add(new Ending(external.Dispose));
        sidecar.parts.Add(new Ending(() => app?.Dispose()));
        return sidecar;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(Address + path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    /// <summary>Ends without a word to anybody, as a process that is killed does.</summary>
    public async Task KillAsync()
    {
        var server = parts.OfType<Stop>().Single();
        parts.Remove(server);
        parts.RemoveAt(1);
        await server.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in parts)
        {
            await part.DisposeAsync();
        }
    }

    private sealed class Ending(Action end) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            end();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Stop(ListenerServer server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            using var atOnce = new CancellationTokenSource();
            await atOnce.CancelAsync();
            await server.StopAsync(atOnce.Token);
            await server.DisposeAsync();
        }
    }
}
