using Servers;

namespace Chaos.Tests;

/// <summary>What every test stands on: a folder, components in it, free ports and the built sidecar.</summary>
internal sealed class Ground : IDisposable
{
    public static bool IsLongRun { get; } = Environment.GetEnvironmentVariable("LIBRARY_TEST_ALL") == "true";

    public static string Sidecar { get; } = FindSidecar();

    public string Folder { get; } = Directory.CreateTempSubdirectory("chaos-").FullName;

    public string Components => Directory.CreateDirectory(Path.Combine(Folder, "components")).FullName;

    public string[] Flags(string appId, int http, int? app = null, int? grpc = null) =>
    [
        "--app-id", appId, "--dapr-http-port", $"{http}", "--dapr-grpc-port", $"{grpc ?? Ports.Free()}", "--metrics-port", $"{Ports.Free()}",
        "--resources-path", Components, .. app is { } port ? new[] { "--app-port", $"{port}" } : [],
    ];

    public void Component(string name, string type, string version, params (string Name, string Value)[] metadata) => File.WriteAllText(
        Path.Combine(Components, $"{name}.yaml"),
        $$"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: {name: {{name}}}
        spec: {type: {{type}}, version: {{version}}, metadata: [{{string.Join(", ", metadata.Select(one => $"{{name: {one.Name}, value: \"{one.Value}\"}}"))}}]}
        """);

    /// <summary>What time mends is tried again without end; anything else is parked at once.</summary>
    public void Resiliency() => File.WriteAllText(
        Path.Combine(Components, "resiliency.yaml"),
        """
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata: {name: resiliency}
        spec:
          policies: {retries: {patient: {policy: constant, duration: 200ms, maxRetries: -1, matching: {httpStatusCodes: "503"}}}}
          targets: {components: {pubsub: {inbound: {retry: patient}}}}
        """);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string FindSidecar()
    {
        const string Built = "artifacts/bin/Sidecar/release/Sidecar";
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, Built)))
            {
                return Path.Combine(at.FullName, Built);
            }
        }

        throw new FileNotFoundException($"{Built} is not there; build the solution with -c Release first.");
    }
}
