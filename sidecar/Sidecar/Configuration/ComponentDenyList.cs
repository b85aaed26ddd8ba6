namespace Sidecar.Configuration;

/// <summary>
/// Types of components, or TYPE/VERSION, that are not loaded. As soon as there is a list, a component without a version is not loaded
/// either: daprd has it so.
/// </summary>
public sealed class ComponentDenyList(IReadOnlyList<string> types)
{
    public static ComponentDenyList Empty { get; } = new([]);

    public bool Denies(string type, string version)
    {
        var entries = types.Where(entry => entry.Length > 0).ToList();
        return types.Count > 0
            && (type.Length == 0 || version.Length == 0 || entries.Contains(type) || entries.Contains($"{type}/{version}"));
    }
}
