using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sidecar.Absent;
using Sidecar.Bindings;
using Sidecar.Components;
using Sidecar.Configuration;
using Sidecar.Grpc;
using Sidecar.Health;
using Sidecar.Http;
using Sidecar.Invocation;
using Sidecar.Metadata;
using Sidecar.PubSub;
using Sidecar.PubSub.Publishing;
using Sidecar.PubSub.Subscriptions;
using Sidecar.Resiliency;
using Sidecar.Secrets;
using Sidecar.State;
using Sidecar.Telemetry;
using Sidecar.Workflow;

namespace Sidecar.Hosting;

/// <summary>Everything that answers on the ports of one sidecar, put together.</summary>
public sealed class SidecarApis : IAsyncDisposable
{
    private static readonly string[] PublicVerbs = ["GET", "PUT"];
    private readonly SidecarOptions options;
    private readonly SidecarTelemetry telemetry;
    private readonly Peers peers;
    private readonly ExternalServers external;
    private readonly Router publicRouter = new();
    private readonly Router router = new();
    private readonly GrpcMethods methods = new();
    private readonly InvocationHttp invocation;
    private readonly GrpcProxy proxy;

    private SidecarApis(
        SidecarOptions options,
        SidecarConfiguration configuration,
        Resources resources,
        ComponentSet components,
        ResiliencyPolicies policies,
        SidecarTelemetry telemetry,
        ProcessParts process,
        IReadOnlyList<HttpEndpoint> endpoints)
    {
        this.options = options;
        this.telemetry = telemetry;
        Time = process.Time;
        var loggers = telemetry.Loggers;
        Health.Expect(SidecarHealth.Runtime);
        Shutdown = new Shutdown(loggers.CreateLogger<Shutdown>(), Time);
        App = options.AppPort is null ? null : new AppChannel(options, Time);
        PubSub = new PubSubRuntime(
            options, components.PubSubs, resources.Subscriptions, App, policies, telemetry.Tracer, telemetry.Metrics.PubSub, Time, loggers.CreateLogger<PubSubRuntime>());
        Bindings = App is null
            ? null
            : new InputBindings(
                components.Bindings, BindingApp(App, policies), options.AppBindingOptionsTimeout, Time, loggers.CreateLogger<InputBindings>(), telemetry.Metrics.Components.InputBinding);

        Resolver = process.Resolver(configuration.NameResolution, loggers);
        peers = new Peers(process.Sidecars, Resolver, address => new RemoteSidecar(address, options.MaxBodySize, Time), Time);
        external = new ExternalServers(endpoints);
        Inbound = new InboundInvocation(options, App, telemetry.Tracer, telemetry.Metrics.Runtime);
        var invoker = new Invoker(options, Inbound, peers, external, policies, telemetry.Tracer, telemetry.Metrics.Runtime, Time);
        invocation = new InvocationHttp(options, invoker, loggers.CreateLogger<InvocationHttp>());
        proxy = new GrpcProxy(options, Inbound, peers, policies, telemetry.Tracer, Time);

        var metadata = new MetadataApi(() => Describe(configuration, resources, components));
        var state = new StateApi(options.AppId, components.States, TelemetryStart.Observer(telemetry.Metrics.Components));
        var secrets = new SecretApi(components.Secrets, configuration.Secrets, policies, telemetry.Metrics.Components.Secret);
        Workflows = new WorkflowRuntime(options, configuration.Workflow, components.ActorStore, telemetry, Time);
        var absent = new AbsentBlocks(options, components.Known);
        Register(configuration.Api, new HealthHttp(Health, options.AppId).Routes, new MetadataHttp(metadata).Routes, new StateHttp(state).Routes, new PubSubHttp(PubSub.Api).Routes,
            new SecretHttp(secrets).Routes, new ShutdownHttp(Shutdown).Routes, Workflows.Routes, absent.Routes);
        new StateGrpc(state).Register(methods);
        new PubSubGrpc(PubSub.Api, telemetry.Tracer).Register(methods);
        new SecretGrpc(secrets).Register(methods);
        new MetadataGrpc(metadata, Shutdown).Register(methods);
        new InvokeGrpc(invoker, telemetry.Tracer).Register(methods);
        Workflows.Register(methods);
        absent.Register(methods);
        methods.Restrict(configuration.Api.Allows);
    }

    public TimeProvider Time { get; }

    public SidecarHealth Health { get; } = new();

    public Shutdown Shutdown { get; }

    public AppChannel? App { get; }

    public PubSubRuntime PubSub { get; }

    internal InputBindings? Bindings { get; }

    internal WorkflowRuntime Workflows { get; }

    public InboundInvocation Inbound { get; }

    public SqliteNameResolver Resolver { get; }

    /// <summary>Throws <see cref="StartException"/> or <see cref="ComponentException"/> when resources contradict each other.</summary>
    public static async Task<SidecarApis> CreateAsync(
        SidecarOptions options,
        SidecarConfiguration configuration,
        Resources resources,
        ComponentSet components,
        ResiliencyPolicies policies,
        SidecarTelemetry telemetry,
        ProcessParts process,
        CancellationToken cancellation)
    {
        var resolver = new ComponentResolver(options.AppId, options.Namespace, Environment.GetEnvironmentVariable);
        var endpoints = new List<HttpEndpoint>();
        try
        {
            foreach (var endpoint in resources.HttpEndpoints)
            {
                endpoints.Add(new HttpEndpoint(endpoint.Name, endpoint.BaseUrl) { Headers = await resolver.ResolveHeadersAsync(endpoint, components.Secrets, cancellation) });
            }

            return new SidecarApis(options, configuration, resources, components, policies, telemetry, process, endpoints);
        }
        catch (Exception problem) when (problem is ComponentException or SubscriptionException)
        {
            throw new StartException(problem.Message);
        }
    }

    public IReadOnlyList<Listener> Listeners(SidecarOptions ports)
    {
        var log = telemetry.Loggers.CreateLogger<HttpApi>();
        var http = new HttpApi(options, router, invocation.HandleAsync, log, telemetry.Http);
        var grpcLog = telemetry.Loggers.CreateLogger<GrpcServer>();
        var grpc = new GrpcServer(options, methods, proxy.HandleAsync, Time, grpcLog, telemetry.Grpc);
        var internals = new GrpcMethods();
        new InternalGrpc(Inbound).Register(internals);
        Workflows.RegisterInternal(internals);
        var between = new GrpcServer(options with { ApiToken = null }, internals, proxy.HandleAsync, Time, grpcLog, telemetry.Grpc);
        var listeners = new List<Listener>
        {
            new("gRPC between sidecars", options.InternalGrpcListenAddress, ports.InternalGrpcPort ?? 0, HttpProtocols.Http2, between.HandleAsync) { Flag = "--dapr-internal-grpc-port" },
        };
        foreach (var address in options.ListenAddresses)
        {
            listeners.Add(new("HTTP API", address, ports.HttpPort, HttpProtocols.Http1AndHttp2, http.HandleAsync) { Flag = "--dapr-http-port" });
            listeners.Add(new("gRPC API", address, ports.GrpcPort, HttpProtocols.Http2, grpc.HandleAsync) { Flag = "--dapr-grpc-port" });
        }

        if (options.PublicPort is { } publicPort)
        {
            var open = new HttpApi(options with { ApiToken = null }, publicRouter, RefusePublic, log, telemetry.Http);
            listeners.Add(new("public API", options.ListenAddresses[0], publicPort, HttpProtocols.Http1, open.HandleAsync) { Flag = "--dapr-public-port" });
        }

        if (options.EnableMetrics)
        {
            listeners.Add(new("metrics", options.MetricsListenAddress, ports.MetricsPort, HttpProtocols.Http1, telemetry.Metrics.ServeAsync) { Flag = "--metrics-port" });
        }

        return listeners;
    }

    public async ValueTask DisposeAsync()
    {
        await PubSub.DisposeAsync();
        await Workflows.DisposeAsync();
        await peers.DisposeAsync();
        external.Dispose();
        App?.Dispose();
    }

    private void Register(ApiAccess access, params IEnumerable<ApiRoute>[] groups)
    {
        foreach (var route in groups.SelectMany(group => group).Where(access.Allows))
        {
            router.Add(route);
            if (route.IsPublic)
            {
                publicRouter.Add(route);
            }
        }
    }

    /// <summary>The public port invokes nothing: what it does not serve is refused as a router of Go refuses it.</summary>
    private ValueTask RefusePublic(HttpCall call)
    {
        string[] verbs = [.. PublicVerbs.Where(verb => publicRouter.TryMatch(verb, call.Path, out _, out _))];
        if (verbs.Length == 0)
        {
            return call.PlainError("404 page not found", 404);
        }

        call.Context.Response.Headers.Allow = verbs;
        call.Empty(405);
        return ValueTask.CompletedTask;
    }

    private IBindingApp BindingApp(AppChannel app, ResiliencyPolicies policies) => app.Grpc is { } grpc
        ? new GrpcBindingApp(grpc, options.AppToken, policies, telemetry.Tracer, telemetry.Loggers.CreateLogger<InputBindings>())
        : new HttpBindingApp(app, policies, telemetry.Tracer, options.MaxBodySize);

    private SidecarMetadata Describe(SidecarConfiguration configuration, Resources resources, ComponentSet components) => new(options.AppId)
    {
        EnabledFeatures = configuration.Features.Enabled,
        Components = components.Infos,
        Subscriptions = PubSub.Subscriptions,
        HttpEndpoints = [.. resources.HttpEndpoints.Select(endpoint => endpoint.Name)],
        Resiliencies = [.. resources.Resiliencies.Select(resiliency => resiliency.Name)],
        Workflows = Workflows.Describe(),
        App = AppSide.Describe(options),
    };
}
