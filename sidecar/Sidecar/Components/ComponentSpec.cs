namespace Sidecar.Components;

/// <summary>One component as its YAML describes it, secrets and templates resolved.</summary>
public sealed record ComponentSpec(string Name, string Type, string Version, ComponentMetadata Metadata)
{
    public bool IgnoreErrors { get; init; }

    public TimeSpan InitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>File and line, for messages.</summary>
    public string Source { get; init; } = "";

    /// <summary>As daprd's log names a component: name (type/version).</summary>
    public string LogName => Version.Length == 0 ? $"{Name} ({Type})" : $"{Name} ({Type}/{Version})";
}
