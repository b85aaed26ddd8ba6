namespace Sdk.Tests.Ground;

/// <summary>The components of a test's sidecar.</summary>
internal static class Components
{
    public const string Memory = "statestore";
    public const string Sqlite = "sqlite";
    public const string PubSub = "pubsub";
    public const string Secrets = "secrets";

    /// <summary>By which the sidecars of a run find each other.</summary>
    private static readonly string Names = Path.Combine(Path.GetTempPath(), $"sdk-names-{Environment.ProcessId}.db");

    public static void Forget() => File.Delete(Names);

    public static void WriteTo(string folder, bool hasWorkflows = false)
    {
        Directory.CreateDirectory(Path.Combine(folder, "components"));
        Write(folder, Memory, "state.in-memory");
        Write(folder, Sqlite, "state.sqlite", ("connectionString", Path.Combine(folder, "state.db")), ("actorStateStore", hasWorkflows ? "true" : "false"));
        Write(folder, PubSub, "pubsub.in-memory");
        Write(folder, Secrets, "secretstores.local.file", ("secretsFile", Path.Combine(folder, "secrets.json")));
        File.WriteAllText(Path.Combine(folder, "secrets.json"), """{ "api-key": "sesame", "database-password": "open" }""");
        File.WriteAllText(Path.Combine(folder, "config.yaml"), $$$"""
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: {name: test}
            spec:
              nameResolution: {component: sqlite, configuration: {connectionString: "{{{Names}}}"}}
            """);
    }

    private static void Write(string folder, string name, string type, params (string Name, string Value)[] metadata) =>
        File.WriteAllText(Path.Combine(folder, "components", $"{name}.yaml"), $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: {{name}}}
            spec:
              type: {{type}}
              version: v1
              metadata: [{{string.Join(", ", metadata.Select(Setting))}}]
            """);

    private static string Setting((string Name, string Value) item) => $"{{name: {item.Name}, value: \"{item.Value}\"}}";
}
