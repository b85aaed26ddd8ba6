namespace Sidecar.Testing;

/// <summary>The files of one test's sidecar, in a folder of their own that goes with it.</summary>
internal sealed class ResourceFiles : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("test-sidecar-");
    private int count;

    public ResourceFiles()
    {
        Components = root.CreateSubdirectory("components").FullName;
        Configuration = Path.Combine(root.FullName, "configuration.yaml");
        File.WriteAllText(Configuration, $$$"""
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: {name: test}
            spec:
              nameResolution: {component: sqlite, configuration: {connectionString: "{{{PathOf("names.db")}}}"}}
            """);
    }

    public string Components { get; }

    public string Configuration { get; }

    public string PathOf(string file) => Path.Combine(root.FullName, file);

    public void Add(string yaml) => File.WriteAllText(Path.Combine(Components, $"test-{++count}.yaml"), yaml);

    public void Component(string name, string type, params (string Name, string Value)[] metadata) => Add(
        $$"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: {name: {{name}}}
        spec:
          type: {{type}}
          version: v1
          metadata: [{{string.Join(", ", metadata.Select(entry => $"{{name: {entry.Name}, value: \"{entry.Value}\"}}"))}}]
        """);

    /// <summary>A copy in which some words stand for others, such as the places of databases.</summary>
    public void Copy(string folder, IReadOnlyList<(string From, string To)> replaced)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".yaml" or ".yml"))
        {
            var text = replaced.Aggregate(File.ReadAllText(file), (text, pair) => text.Replace(pair.From, pair.To, StringComparison.Ordinal));
            File.WriteAllText(Path.Combine(Components, Path.GetFileName(file)), text);
        }
    }

    public void Dispose() => root.Delete(recursive: true);
}
