using Sidecar.Components;
using Sidecar.Configuration;
using Sidecar.Health;
using Sidecar.Invocation;
using Sidecar.Metadata;
using Sidecar.Resiliency;
using Sidecar.Telemetry;

namespace Sidecar.Hosting;

/// <summary>
/// One sidecar: components first, then its ports, then the app. An app can call out as soon as the ports are open; it is called
/// once it listens itself.
/// </summary>
public sealed class SidecarHost : IAsyncDisposable
{
    /// <summary>For calls that the end of the grace period cuts.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    private readonly SidecarOptions options;
    private readonly ILogger log;
    private readonly SidecarTelemetry telemetry;
    private readonly ComponentSet components;
    private readonly SidecarApis apis;
    private readonly SidecarPorts ports;
    private readonly AppSide app;
    private readonly IAsyncDisposable registration;
    private readonly LocalSidecars sidecars;

    private SidecarHost(
        SidecarOptions options, SidecarTelemetry telemetry, ComponentSet components, SidecarApis apis, SidecarPorts ports, IAsyncDisposable registration, LocalSidecars sidecars)
    {
        this.options = options;
        this.telemetry = telemetry;
        this.components = components;
        this.apis = apis;
        this.ports = ports;
        this.registration = registration;
        this.sidecars = sidecars;
        log = telemetry.Loggers.CreateLogger("dapr.runtime");
        app = new AppSide(options, apis, telemetry.Loggers, apis.Time);
    }

    public Shutdown Shutdown => apis.Shutdown;

    public SidecarHealth Health => apis.Health;

    internal ComponentSet Components => components;

    internal IReadOnlyList<SubscriptionInfo> Subscriptions => apis.PubSub.Subscriptions;

    /// <summary>Ends when the app was found and asked what it wants, or could not be.</summary>
    internal Task AppStarted => app.Started;

    /// <summary>Throws <see cref="StartException"/> with everything that keeps it from starting.</summary>
    public static async Task<SidecarHost> StartAsync(SidecarOptions options, ProcessParts process, IReadOnlyList<string> notes, CancellationToken cancellation)
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
            Report(telemetry.Loggers.CreateLogger("dapr.runtime"), options, configuration, [.. notes, .. configuration.Notes.Concat(resources.Notes).Select(note => note.ToString())]);
            return await StartAsync(options, configuration, resources, telemetry, process, cancellation);
        }
        catch
        {
            await telemetry.DisposeAsync();
            throw;
        }
    }

    /// <summary>Its end took longer than the grace period, and what still ran was left behind.</summary>
    public bool WasCutOff { get; private set; }

    public async ValueTask DisposeAsync()
    {
        log.LogInformation("Dapr is shutting down");
        using var grace = new CancellationTokenSource(options.BlockShutdown + options.GracefulShutdown, apis.Time);
        var ending = EndAsync(grace.Token);
        try
        {
            await ending.WaitAsync(options.BlockShutdown + options.GracefulShutdown + Slack, apis.Time);
        }
        catch (TimeoutException)
        {
            WasCutOff = true;
            log.LogWarning("Graceful shutdown timeout exceeded, forcing shutdown");
        }
    }

    /// <summary>Lets go of the app first, then of callers, then of stores and brokers.</summary>
    private async Task EndAsync(CancellationToken grace)
    {
        await app.StopAsync(options.BlockShutdown, grace);
        apis.Health.IsOutboundReady = false;
        await registration.DisposeAsync();
        sidecars.Remove(apis.Inbound);
        await apis.Workflows.StopAsync();
        await ports.StopAsync(grace);
        await app.DisposeAsync();
        await ports.DisposeAsync();
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

    private static void Report(ILogger log, SidecarOptions options, SidecarConfiguration configuration, IReadOnlyList<string> notes)
    {
        log.LogInformation("Starting the Dapr-compatible sidecar of app {AppId}", options.AppId);
        if (configuration.AccessControl.Policies.Count > 0 || configuration.AccessControl.DefaultAction == "deny")
        {
            log.LogWarning("access control lists name callers by their certificates, and this sidecar has no mTLS: they are not enforced");
        }

        foreach (var note in notes)
        {
            log.LogWarning("{Note}", note);
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
            (var ports, options) = await SidecarPorts.OpenAsync(options, apis, new KestrelLoggers(telemetry.Loggers), cancellation);
            process.Sidecars.Add(apis.Inbound);
            var registration = await apis.Resolver.RegisterAsync(options.AppId, $"127.0.0.1:{options.InternalGrpcPort}");
            var host = new SidecarHost(options, telemetry, components, apis, ports, registration, process.Sidecars);
            apis.Workflows.Start(SidecarPorts.InternalAddress(options));
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
}
