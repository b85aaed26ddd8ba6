namespace Sidecar.Tests.Hosting;

/// <summary>Files of one test: components, and a configuration that keeps its sidecars to themselves.</summary>
internal sealed class SidecarFolder : IDisposable
{
    public const string InMemory = "state.in-memory";

    public SidecarFolder()
    {
        Directory.CreateDirectory(Components);
        Configure("");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("sidecar-").FullName;

    public string Components => Path.Combine(Root, "components");

    public string Configuration => Path.Combine(Root, "config.yaml");

    public string Write(string file, string text)
    {
        var path = Path.Combine(Components, file);
        File.WriteAllText(path, text);
        return path;
    }

    public SidecarFolder Component(string name, string type, string metadata = "", string more = "", string spec = "", string version = "v1")
    {
        Write($"{name}.yaml", $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: {{name}}}
            spec:
              type: {{type}}
              version: {{version}}
              metadata: [{{metadata}}]
              {{spec}}
            {{more}}
            """);
        return this;
    }

    /// <summary>With more lines of the spec.</summary>
    public SidecarFolder Configure(string spec)
    {
        File.WriteAllText(Configuration, $$$"""
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: {name: test}
            spec:
              nameResolution: {component: sqlite, configuration: {connectionString: "{{{Path.Combine(Root, "names.db")}}}"}}
              {{{spec}}}
            """);
        return this;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
