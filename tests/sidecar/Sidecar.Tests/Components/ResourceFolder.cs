using Sidecar.Components;

namespace Sidecar.Tests.Components;

/// <summary>A folder of files that is gone after the test.</summary>
internal sealed class ResourceFolder : IDisposable
{
    public ResourceFolder(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
        {
            File.WriteAllText(System.IO.Path.Combine(Path, name), text);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("resources").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public Resources Load(string appId = "shop", string @namespace = "") =>
        ResourceLoader.Load([Path], appId, @namespace, name => Environment.GetValueOrDefault(name));

    /// <summary>Findings without the folder's name.</summary>
    public IEnumerable<string> Short(IEnumerable<ResourceProblem> findings) => findings.Select(finding => finding.ToString().Replace(Path + "/", ""));

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public static string Component(string name, string type, string more = "") => $$"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: {{name}} }
        spec: { type: {{type}}, version: v1, metadata: [] }
        {{more}}
        """;
}
