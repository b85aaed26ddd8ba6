using Dapr.Client;
using Sidecar.Hosting;
using Sidecar.Telemetry.Logging;

namespace Sdk.Tests.Ground;

/// <summary>A sidecar in this process with components of every kind, on ports of its own.</summary>
public sealed class RunningSidecar : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sdk-").FullName;
    private readonly ErrorLines errors = new();
    private readonly ProcessParts parts;
    private SidecarHost? host;

    private RunningSidecar() => parts = new ProcessParts(new LogOutput(errors), TimeProvider.System);

    public int HttpPort { get; private set; }

    public int GrpcPort { get; private set; }

    public string HttpEndpoint => $"http://127.0.0.1:{HttpPort}";

    public string GrpcEndpoint => $"http://127.0.0.1:{GrpcPort}";

    public Task ShutdownRequested => host!.Shutdown.Requested;

    public static async Task<RunningSidecar> StartAsync(string appId, int? appPort = null, string? apiToken = null, string? appToken = null, string appProtocol = "http", bool hasWorkflows = false)
    {
        var sidecar = new RunningSidecar();
        Components.WriteTo(sidecar.folder, hasWorkflows);
        var options = new SidecarOptions
        {
            AppId = appId,
            AppPort = appPort,
            AppProtocol = appProtocol,
            HttpPort = Ports.Free(),
            GrpcPort = Ports.Free(),
            EnableMetrics = false,
            ResourcesPaths = [Path.Combine(sidecar.folder, "components")],
            ConfigPaths = [Path.Combine(sidecar.folder, "config.yaml")],
            ApiToken = apiToken,
            AppToken = appToken,
        };
        (sidecar.HttpPort, sidecar.GrpcPort) = (options.HttpPort, options.GrpcPort);
        sidecar.host = await SidecarHost.StartAsync(options, sidecar.parts, [], TestContext.Current.CancellationToken);
        return sidecar;
    }

    public DaprClientBuilder Builder() => new DaprClientBuilder().UseHttpEndpoint(HttpEndpoint).UseGrpcEndpoint(GrpcEndpoint);

    /// <summary>Waits until the sidecar has found its app.</summary>
    public static async Task WithAppAsync(DaprClient client)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Rig.Patience);
        while (!await client.CheckHealthAsync(limit.Token))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        await parts.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        Assert.True(errors.All.Count == 0, "unexpected errors in the log:\n" + string.Join('\n', errors.All));
    }
}
