using System.Text;
using Servers;
using Sidecar.Hosting;
using Sidecar.Telemetry.Logging;

namespace Workflow.Tests.Conformance.Ground;

/// <summary>A sidecar in this process that keeps workflows in a store; it can be stopped and started again. Its log may hold no errors but those that a test expects.</summary>
public sealed class RunningSidecar : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("workflow-").FullName;
    private readonly LogLines log = new();
    private readonly ProcessParts parts;
    private SidecarOptions options;
    private SidecarHost? host;

    private RunningSidecar(SidecarOptions options, TimeProvider time)
    {
        parts = new ProcessParts(new LogOutput(log), time);
        this.options = options;
    }

    public string AppId => options.AppId;

    public Uri Http => new($"http://127.0.0.1:{options.HttpPort}");

    public Uri Grpc => new($"http://127.0.0.1:{options.GrpcPort}");

    /// <summary>Errors with one of these words in them belong to the test.</summary>
    public List<string> Expected { get; } = [];

    public string Log => log.Text;

    public static async Task<RunningSidecar> StartAsync(Store store, int largest = 4 << 20, TimeProvider? time = null)
    {
        var sidecar = new RunningSidecar(
            new SidecarOptions
            {
                AppId = $"app-{Guid.NewGuid():N}"[..12],
                EnableMetrics = false,
                HttpPort = Ports.Free(),
                GrpcPort = Ports.Free(),
                MaxBodySize = largest,
                GracefulShutdown = TimeSpan.FromSeconds(1),
            },
            time ?? TimeProvider.System);
        await sidecar.WriteAsync(store);
        await sidecar.StartAsync();
        return sidecar;
    }

    /// <summary>Another sidecar of the same app on the same store.</summary>
    public async Task<RunningSidecar> BesideAsync()
    {
        var beside = new RunningSidecar(options with { HttpPort = Ports.Free(), GrpcPort = Ports.Free() }, parts.Time);
        beside.Expected.AddRange(Expected);
        await beside.StartAsync();
        return beside;
    }

    public async Task StartAsync() => host = await SidecarHost.StartAsync(options, parts, [], TestContext.Current.CancellationToken);

    public async Task StopAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
            host = null;
        }
    }

    public async Task RestartAsync(int? largest = null)
    {
        await StopAsync();
        options = options with { MaxBodySize = largest ?? options.MaxBodySize };
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await parts.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        var errors = log.Errors.Where(line => !Expected.Any(word => line.Contains(word, StringComparison.Ordinal))).ToList();
        Assert.True(errors.Count == 0, "unexpected errors in the log:\n" + string.Join('\n', errors));
    }

    private async Task WriteAsync(Store store)
    {
        var (type, version, settings) = store switch
        {
            Store.Memory => ("state.in-memory", "v1", ""),
            Store.Sqlite => ("state.sqlite", "v1", Setting("connectionString", Path.Combine(folder, "state.db"))),
            _ => ("state.postgresql", "v2", Setting("connectionString", await SharedPostgres.ConnectionStringAsync())),
        };
        var components = Directory.CreateDirectory(Path.Combine(folder, "components")).FullName;
        await File.WriteAllTextAsync(Path.Combine(components, "state.yaml"), $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: statestore}
            spec:
              type: {{type}}
              version: {{version}}
              metadata:
            {{settings}}{{Setting("actorStateStore", "true")}}
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "config.yaml"), $$$"""
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: {name: test}
            spec:
              nameResolution: {component: sqlite, configuration: {connectionString: "{{{Path.Combine(folder, "names.db")}}}"}}
            """);
        options = options with { ResourcesPaths = [components], ConfigPaths = [Path.Combine(folder, "config.yaml")] };
    }

    private static string Setting(string name, string value) => $"  - name: {name}\n    value: \"{value}\"\n";
}

/// <summary>The log of a sidecar.</summary>
internal sealed class LogLines : MemoryStream
{
    private readonly Lock gate = new();
    private readonly StringBuilder text = new();

    public string Text
    {
        get
        {
            lock (gate)
            {
                return text.ToString();
            }
        }
    }

    public IEnumerable<string> Errors =>
        Text.Split('\n').Where(line => line.Contains("level=error", StringComparison.Ordinal) || line.Contains("level=fatal", StringComparison.Ordinal));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (gate)
        {
            text.Append(Encoding.UTF8.GetString(buffer));
        }
    }
}
