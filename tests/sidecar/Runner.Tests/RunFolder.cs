using System.Reflection;
using Servers;

namespace Runner.Tests;

/// <summary>A folder with a run file of tiny apps a and b, and components for them.</summary>
internal sealed class RunFolder : IDisposable
{
    private static readonly string Runner = Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "../../Runner/release/Runner.dll");
    private static readonly string Self = Path.ChangeExtension(Assembly.GetExecutingAssembly().Location, null);

    public RunFolder(string moreOfCommon = "", string moreOfB = "")
    {
        Component("store", "state.sqlite", "connectionString", ".data/store.db");
        Component("pubsub", "pubsub.sqlite", "connectionString", ".data/messages.db");
        Write("names.config", """
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: {name: names}
            spec: {nameResolution: {component: sqlite, configuration: {connectionString: .data/names.db}}}
            """);
        Directory.CreateDirectory(Path.Combine(Home, "a"));
        Directory.CreateDirectory(Path.Combine(Home, "b"));
        Write("dapr.yaml", $$"""
            version: 1
            common:
              resourcesPaths: [components]
              configFilePath: names.config
              appLogDestination: console
              daprdLogDestination: console
              env: {WHO: common, COMMON: "yes"}
              {{moreOfCommon}}
            apps:
            - appDirPath: a
              appPort: {{PortOfA}}
              daprHTTPPort: {{SidecarOfA}}
              command: [{{Self}}, tiny]
              env: {WHO: a}
            - appID: b
              appDirPath: b
              appPort: {{PortOfB}}
              command: [{{Self}}, tiny]
              {{moreOfB}}
            """);
    }

    public string Home { get; } = Directory.CreateTempSubdirectory("run-").FullName;

    public int PortOfA { get; } = Ports.Free();

    public int PortOfB { get; } = Ports.Free();

    public int SidecarOfA { get; } = Ports.Free();

    public void Write(string file, string text)
    {
        var path = Path.Combine(Home, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
    }

    public void Component(string name, string type, params ReadOnlySpan<string> settings)
    {
        var metadata = new List<string>();
        for (var i = 0; i < settings.Length; i += 2)
        {
            metadata.Add($"{{name: {settings[i]}, value: \"{settings[i + 1]}\"}}");
        }

        Write($"components/{name}.yaml", $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: {{name}}
            spec: {type: {{type}}, version: v1, metadata: [{{string.Join(", ", metadata)}}]}
            """);
    }

    public Followed Start(params string[] arguments) => Start([], arguments);

    public Followed Start(Dictionary<string, string> environment, params string[] arguments) =>
        Followed.Start("dotnet", [Runner, "--file", Path.Combine(Home, "dapr.yaml"), .. arguments], Home, environment);

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
