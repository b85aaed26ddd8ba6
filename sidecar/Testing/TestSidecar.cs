using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Sidecar.Hosting;
using Sidecar.Telemetry.Logging;
using Sidecar.Testing.Boundary;
using Sidecar.Testing.Messages;
using Sidecar.Testing.Services;
using Sidecar.Testing.Workflow;

namespace Sidecar.Testing;

/// <summary>A sidecar in the process of a test, for one service in any number of instances.</summary>
public sealed class TestSidecar : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly TestSidecarOptions options;
    private readonly ResourceFiles files;
    private readonly ProcessParts parts;
    private readonly AppFront front;
    private readonly Traffic traffic;
    private readonly SidecarHost host;
    private readonly Incoming incoming;
    private readonly Ledger<PublishedMessage> published;
    private readonly List<TestService> services = [];
    private readonly List<SimulatedApp> others = [];

    private TestSidecar(Setup setup, AppFront front, SidecarHost host, int httpPort, int grpcPort)
    {
        (options, files, parts, this.front, this.host) = (setup.Options, setup.Files, setup.Parts, front, host);
        (Log, Clock, Deliveries) = (setup.Log, setup.Time as TestClock ?? new TestClock(), setup.Deliveries);
        (HttpPort, GrpcPort, published) = (httpPort, grpcPort, new());
        traffic = new Traffic(Faults, Calls, published, Log, setup.Time);
        traffic.Open(httpPort, grpcPort);
        incoming = new Incoming(host, Deliveries, setup.Time);
        Workflows = new TestWorkflows(grpcPort, options.ShownByApp, () => front.HasInstances);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}") };
        if (options.ShownByApp is { } token)
        {
            Http.DefaultRequestHeaders.Add("dapr-api-token", token);
        }
    }

    /// <summary>The time of services and sidecar, unless the options gave another.</summary>
    public TestClock Clock { get; }

    public Faults Faults { get; } = new();

    /// <summary>Every call of every instance to the sidecar.</summary>
    public Ledger<SidecarCall> Calls { get; } = new();

    /// <summary>Every attempt to hand a message to an instance.</summary>
    public Ledger<Delivery> Deliveries { get; }

    public TestLog Log { get; }

    /// <summary>For the test's own calls to the sidecar: they are not recorded, and no fault strikes them.</summary>
    public HttpClient Http { get; }

    /// <summary>The workflows of the services; a store must say that it is for them.</summary>
    public TestWorkflows Workflows { get; }

    public int HttpPort { get; }

    public int GrpcPort { get; }

    public static async Task<TestSidecar> Start(Action<TestSidecarOptions> configure)
    {
        var options = new TestSidecarOptions();
        configure(options);
        var setup = new Setup(options);
        var front = new AppFront(setup.Deliveries);
        try
        {
            await front.StartAsync();
            var sidecar = setup.Sidecar(options.ForApp, front.Port) with { ResourcesPaths = [setup.Files.Components] };
            var host = await SidecarHost.StartAsync(sidecar, setup.Parts, [], CancellationToken.None);
            return new TestSidecar(setup, front, host, sidecar.HttpPort, sidecar.GrpcPort);
        }
        catch
        {
            await front.DisposeAsync();
            await setup.Parts.DisposeAsync();
            setup.Files.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Starts an instance of a service by its own entry point; <typeparamref name="TProgram"/> is any class of its assembly. Returns
    /// when it listens and its subscriptions are there.
    /// </summary>
    public Task<TestService> Run<TProgram>(Action<ServiceOptions>? configure = null)
        where TProgram : class => RunAsync(configure, surroundings => Task.Run(() => ServiceHost.OfProgram<TProgram>(surroundings)));

    /// <summary>Starts an instance of a service that the test itself puts together.</summary>
    public Task<TestService> Run(Action<WebApplicationBuilder> build, Action<WebApplication> map, Action<ServiceOptions>? configure = null) =>
        RunAsync(configure, surroundings => ServiceHost.OfPartsAsync(surroundings, build, map));

    /// <summary>Another app that the service may invoke.</summary>
    public async Task Simulate(string appId, Action<WebApplication> map) =>
        others.Add(await SimulatedApp.StartAsync(Setup.Sidecar(options, files, appId, FreePort.Next()), parts, map));

    /// <summary>What the service published to that topic and the broker accepted.</summary>
    public PublishedMessages Published(string topic) => new(published, topic);

    /// <summary>All that was published, to any topic.</summary>
    public IReadOnlyList<PublishedMessage> Published() => [.. published];

    /// <summary>
    /// Sends a message of somebody else through the broker and answers what the app answered to its first delivery. Messages are
    /// written as JSON; bytes go as they are.
    /// </summary>
    public Task<Delivery> Deliver(string pubsub, string topic, object message, MessageOptions? how = null) => incoming.SendAsync(pubsub, topic, message, how ?? new MessageOptions());

    /// <summary>Sends a message of somebody else and does not wait for the app.</summary>
    public Task Send(string pubsub, string topic, object message, MessageOptions? how = null) => incoming.PublishAsync(pubsub, topic, message, how ?? new MessageOptions());

    /// <summary>What a store holds under a key of the service; default when nothing.</summary>
    public async Task<T?> State<T>(string store, string key)
    {
        using var answer = await Http.GetAsync(new Uri($"/v1.0/state/{Uri.EscapeDataString(store)}/{Uri.EscapeDataString(key)}", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
        return answer.StatusCode == HttpStatusCode.NoContent
            ? default
            : JsonSerializer.Deserialize<T>(await answer.Content.ReadAsByteArrayAsync(), Json);
    }

    /// <summary>Puts a value under a key, as an earlier version of the service may have done.</summary>
    public async Task SetState<T>(string store, string key, T value)
    {
        var body = JsonSerializer.Serialize(new[] { new { key, value } }, Json);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(new Uri($"/v1.0/state/{Uri.EscapeDataString(store)}", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Every key of a store that any instance has ever written or asked for.</summary>
    public IReadOnlyList<string> Keys(string store) => [.. Calls.Where(call => call.Component == store).SelectMany(call => call.Keys).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// Moves the clock step by step until something has happened, and lets it stand while the sidecar is being called: timeouts then
    /// strike what is really stuck, not what this machine is slow at. Throws <see cref="TimeoutException"/> when it did not happen in time.
    /// </summary>
    public Task AdvanceUntil(Func<bool> happened, TimeSpan? step = null, TimeSpan? within = null)
    {
        var seen = -1;
        return Clock.AdvanceUntil(
            happened,
            () =>
            {
                var (before, now) = (seen, Calls.Count);
                seen = now;
                return before == now && !traffic.IsBusy;
            },
            step,
            within);
    }

    /// <summary>Ends services and sidecar. Throws when one of them logged an error that the test did not expect.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(services.Select(service => service.DisposeAsync().AsTask())).WaitAsync(Patience.Default);
        await Task.WhenAll(others.Select(other => other.DisposeAsync().AsTask())).WaitAsync(Patience.Default);
        await front.DisposeAsync();
        await host.DisposeAsync().AsTask().WaitAsync(Patience.Default);
        await parts.DisposeAsync();
        traffic.Dispose();
        Http.Dispose();
        Workflows.Dispose();
        files.Dispose();
        if (Log.UnexpectedErrors is { Count: > 0 } errors)
        {
            throw new UnexpectedErrorsException(errors);
        }
    }

    private async Task<TestService> RunAsync(Action<ServiceOptions>? configure, Func<ServiceHost.Surroundings, Task<ServiceHost>> start)
    {
        var how = new ServiceOptions();
        configure?.Invoke(how);
        var name = how.GivenName ?? $"{services.Count + 1}";
        var life = new Liveness();
        var gate = new Gate(name, traffic, life);
        await gate.StartAsync();
        var port = FreePort.Next();
        var surroundings = new ServiceHost.Surroundings(port, Settings(gate, port, how), new ServiceLog(name, Log, life), parts.Time, how.Registrations);
        try
        {
            var service = new TestService(name, new Uri($"http://127.0.0.1:{port}"), gate, life, front, await start(surroundings), Log);
            services.Add(service);
            front.Add(service);
            await host.AppStarted;
            return service;
        }
        catch
        {
            await gate.DisposeAsync();
            throw;
        }
    }

    private Dictionary<string, string> Settings(Gate gate, int port, ServiceOptions how)
    {
        var settings = new Dictionary<string, string>(how.Settings, StringComparer.Ordinal)
        {
            ["hostBuilder:reloadConfigOnChange"] = "false",
            ["APP_ID"] = options.ForApp,
            ["APP_PORT"] = $"{port}",
            ["DAPR_HTTP_PORT"] = $"{gate.HttpPort}",
            ["DAPR_GRPC_PORT"] = $"{gate.GrpcPort}",
        };
        if (options.ShownByApp is { } api)
        {
            settings["DAPR_API_TOKEN"] = api;
        }

        if (options.ShownToApp is { } app)
        {
            settings["APP_API_TOKEN"] = app;
        }

        return settings;
    }

    /// <summary>What a sidecar is made of before it runs.</summary>
    private sealed class Setup
    {
        public Setup(TestSidecarOptions options)
        {
            Options = options;
            Time = options.GivenTime ?? new TestClock();
            Parts = new ProcessParts(new LogOutput(new TestLog.OfSidecar(Log)), Time);
            options.WriteTo(Files);
        }

        public TestSidecarOptions Options { get; }

        public TimeProvider Time { get; }

        public ResourceFiles Files { get; } = new();

        public TestLog Log { get; } = new();

        public Ledger<Delivery> Deliveries { get; } = new();

        public ProcessParts Parts { get; }

        public SidecarOptions Sidecar(string appId, int appPort) => Sidecar(Options, Files, appId, appPort);

        public static SidecarOptions Sidecar(TestSidecarOptions options, ResourceFiles files, string appId, int appPort) => new()
        {
            AppId = appId,
            AppPort = appPort,
            HttpPort = FreePort.Next(),
            GrpcPort = FreePort.Next(),
            InternalGrpcPort = FreePort.Next(),
            EnableMetrics = false,
            ConfigPaths = [files.Configuration],
            ApiToken = options.ShownByApp,
            AppToken = options.ShownToApp,
        };
    }
}
