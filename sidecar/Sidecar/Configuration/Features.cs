namespace Sidecar.Configuration;

/// <summary>Preview features: those that a configuration turns on, and those that are on unless it names them.</summary>
public sealed class Features(IEnumerable<(string Name, bool Enabled)> named)
{
    private static readonly string[] OnByDefault = ["HotReload", "WorkflowsRemoteActivityReminder"];

    private readonly HashSet<string> enabled = Apply([.. named]);

    public static Features Default { get; } = new([]);

    public IReadOnlyList<string> Enabled => [.. enabled.Order(StringComparer.Ordinal)];

    public bool IsEnabled(string name) => enabled.Contains(name);

    /// <summary>The last word about a feature counts.</summary>
    private static HashSet<string> Apply(List<(string Name, bool Enabled)> named)
    {
        var names = OnByDefault.Where(feature => !named.Exists(other => other.Name == feature)).ToHashSet();
        foreach (var (name, isEnabled) in named)
        {
            if (isEnabled && name.Length > 0)
            {
                names.Add(name);
            }
            else
            {
                names.Remove(name);
            }
        }

        return names;
    }
}
