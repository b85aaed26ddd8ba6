using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace Bench;

/// <summary>Starts the sidecar under test, with components written for it.</summary>
public sealed class Sidecars : IDisposable
{
    private static readonly HashSet<int> Given = [];
    private readonly string home = Directory.CreateTempSubdirectory("bench-").FullName;

    public static string Program { get; } = Environment.GetEnvironmentVariable("SIDECAR") ?? Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "../../Sidecar/release/Sidecar"));

    public string Home => home;

    /// <summary>None is given twice.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (Given.Add(port))
            {
                return port;
            }
        }
    }

    public string Resources(string folder, params (string Name, string Type, string Version, string Metadata)[] components)
    {
        var path = Path.Combine(home, folder);
        Directory.CreateDirectory(path);
        foreach (var (name, type, version, metadata) in components)
        {
            File.WriteAllText(Path.Combine(path, name + ".yaml"), $$"""
                apiVersion: dapr.io/v1alpha1
                kind: Component
                metadata: {name: {{name}}}
                spec: {type: {{type}}, version: {{version}}, metadata: [{{metadata}}]}

                """);
        }

        File.WriteAllText(Path.Combine(home, "names.config"), $"""
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: 
              name: bench
            spec:
              nameResolution:
                component: sqlite
                version: v1
                configuration:
                  connectionString: "{home}/names.db"

            """);
        return path;
    }

    public static string Value(string name, string value) => $"{{name: {name}, value: \"{value}\"}}";

    public static string[] Flags(string appId, int http, int? appPort, string resources) =>
    [
        "--app-id", appId, "--dapr-http-port", Text(http), "--dapr-grpc-port", Text(FreePort()), "--metrics-port", Text(FreePort()), "--log-level", "warn",
        "--resources-path", resources, "--config", Path.Combine(Path.GetDirectoryName(resources)!, "names.config"), .. appPort is { } port ? new[] { "--app-port", Text(port) } : [],
    ];

    public static Uri Ready(int http) => new($"http://127.0.0.1:{http}/v1.0/healthz");

    public void Dispose() => Directory.Delete(home, recursive: true);

    private static string Text(int port) => port.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
