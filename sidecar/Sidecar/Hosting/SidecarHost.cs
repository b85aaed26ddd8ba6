using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sidecar.Components;
using Sidecar.Configuration;
using Sidecar.Health;
using Sidecar.Http;
using Sidecar.Invocation;
using Sidecar.Resiliency;
using Sidecar.Telemetry;

namespace Sidecar.Hosting;

/// <summary>
/// One sidecar: components first, then its ports, then the app. An app can call out as soon as the ports are open; it is called
/// once it listens itself.
/// </summary>
public sealed class SidecarHost : IAsyncDisposable
{
    private readonly SidecarOptions options;
    private readonly ILogger log;
    private readonly SidecarTelemetry telemetry;
    private readonly ComponentSet components;
    private readonly SidecarApis apis;
    private readonly ListenerServer server;
    private readonly AppSide app;
    private readonly IAsyncDisposable registration;
    private readonly LocalSidecars sidecars;

    private SidecarHost(
        SidecarOptions options, SidecarTelemetry telemetry, ComponentSet components, SidecarApis apis, ListenerServer server, IAsyncDisposable registration, LocalSidecars sidecars)
    {
        this.options = options;
        this.telemetry = telemetry;
        this.components = components;
        this.apis = apis;
        this.server = server;
        this.registration = registration;
        this.sidecars = sidecars;
        log = telemetry.Loggers.CreateLogger("dapr.runtime");
        app = new AppSide(options, apis, telemetry.Loggers, apis.Time);
    }

    public Shutdown Shutdown => apis.Shutdown;

    public SidecarHealth Health => apis.Health;

    /// <summary>Throws <see cref="StartException"/> with everything that keeps it from starting.</summary>
    public static async Task<SidecarHost> StartAsync(SidecarOptions options, ProcessParts process, CancellationToken cancellation)
    {
        var configuration = ConfigurationLoader.Load(options.ConfigPaths);
        var resources = ResourceLoader.Load(options.ResourcesPaths, options.AppId, options.Namespace);
        var problems = configuration.Problems.Concat(resources.Problems).Select(problem => problem.ToString()).ToList();
        if (problems.Count > 0)
        {
            throw new StartException(problems);
        }

        var telemetry = Telemetry(options, configuration, process);
        try
        {
            Report(telemetry.Loggers.CreateLogger("dapr.runtime"), options, configuration, resources);
            return await StartAsync(options, configuration, resources, telemetry, process, cancellation);
        }
        catch
        {
            await telemetry.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets go of the app first, then of callers, then of stores and brokers.</summary>
    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(options.GracefulShutdown, apis.Time);
        log.LogInformation("Dapr is shutting down");
        await app.StopAsync(options.BlockShutdown, grace.Token);
        apis.Health.IsOutboundReady = false;
        await registration.DisposeAsync();
        sidecars.Remove(apis.Inbound);
        await server.StopAsync(grace.Token);
        await app.DisposeAsync();
        await server.DisposeAsync();
        await apis.DisposeAsync();
        await components.DisposeAsync();
        await telemetry.DisposeAsync();
    }

    private static SidecarTelemetry Telemetry(SidecarOptions options, SidecarConfiguration configuration, ProcessParts process)
    {
        try
        {
            return new SidecarTelemetry(TelemetryStart.Settings(options, configuration), process.Output, process.Time);
        }
        catch (TelemetryException problem)
        {
            throw new StartException(problem.Message);
        }
    }

    private static void Report(ILogger log, SidecarOptions options, SidecarConfiguration configuration, Resources resources)
    {
        log.LogInformation("Starting the Dapr-compatible sidecar of app {AppId}", options.AppId);
        foreach (var note in configuration.Notes.Concat(resources.Notes))
        {
            log.LogWarning("{Note}", note);
        }

        foreach (var resiliency in resources.Resiliencies)
        {
            log.LogInformation("Resiliency configuration loaded: {Name}", resiliency.Name);
        }
    }

    private static async Task<SidecarHost> StartAsync(
        SidecarOptions options, SidecarConfiguration configuration, Resources resources, SidecarTelemetry telemetry, ProcessParts process, CancellationToken cancellation)
    {
        var policies = new LoadedPolicies(resources.Resiliencies, telemetry.Loggers.CreateLogger("dapr.runtime.resiliency"), process.Time, telemetry.Metrics.Resiliency);
        var components = new ComponentSet();
        var start = new ComponentStart(components, options, policies, telemetry.Metrics.Runtime, process.Time, telemetry.Loggers);
        var usable = resources.Components.Where(component => !configuration.DeniedComponents.Denies(component.Type, component.Version)).ToList();
        try
        {
            await start.RunAsync(usable, cancellation);
            var apis = await SidecarApis.CreateAsync(options, configuration, resources, components, policies, telemetry, process, cancellation);
            var internalPort = options.InternalGrpcPort ?? FreePort();
            var server = new ListenerServer(apis.Listeners(internalPort), options.ReadBufferSize, new KestrelLoggers(telemetry.Loggers));
            await OpenAsync(server, apis.Listeners(internalPort), cancellation);
            process.Sidecars.Add(apis.Inbound);
            var registration = await apis.Resolver.RegisterAsync(options.AppId, $"127.0.0.1:{internalPort}");
            var host = new SidecarHost(options, telemetry, components, apis, server, registration, process.Sidecars);
            apis.Health.IsOutboundReady = true;
            host.log.LogInformation("HTTP server listening on port {Http}, gRPC server on port {Grpc}", options.HttpPort, options.GrpcPort);
            host.app.Start();
            return host;
        }
        catch
        {
            await components.DisposeAsync();
            throw;
        }
    }

    private static async Task OpenAsync(ListenerServer server, IReadOnlyList<Listener> listeners, CancellationToken cancellation)
    {
        try
        {
            await server.StartAsync(cancellation);
        }
        catch (IOException problem)
        {
            await server.DisposeAsync();
            var taken = listeners.DistinctBy(listener => listener.Port).Select(listener => (listener, Owner: PortOwner.Find(listener.Port))).Where(port => port.Owner is not null).ToList();
            throw new StartException(taken.Count == 0
                ? [$"a port cannot be opened: {problem.Message}"]
                : [.. taken.Select(port => $"port {port.listener.Port} ({port.listener.Purpose}) is in use by {port.Owner}; choose another with {port.listener.Flag}")]);
        }
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
