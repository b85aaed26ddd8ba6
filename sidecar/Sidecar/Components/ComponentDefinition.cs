namespace Sidecar.Components;

/// <summary>A component as its YAML describes it, before secrets and templates are put in (<see cref="ComponentResolver"/>).</summary>
public sealed record ComponentDefinition(string Name, string Type, string Version)
{
    public string Namespace { get; init; } = "";

    /// <summary>Remarks for other programs; a sidecar makes nothing of them.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    public bool IgnoreErrors { get; init; }

    public TimeSpan InitTimeout { get; init; } = DefaultInitTimeout;

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Where the secrets of <see cref="Settings"/> are; empty for nowhere.</summary>
    public string SecretStore { get; init; } = "";

    public IReadOnlyList<Setting> Settings { get; init; } = [];

    public string File { get; init; } = "";

    public int Line { get; init; }

    public int TypeLine { get; init; }

    public static TimeSpan DefaultInitTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>As daprd's log names a component: name (type/version).</summary>
    public string LogName => Version.Length == 0 ? $"{Name} ({Type})" : $"{Name} ({Type}/{Version})";

    public bool NeedsSecrets => SecretStore.Length > 0 && Settings.Any(setting => setting.Secret is not null);
}

/// <summary>A named value: given, from the environment (which counts only without a value), or from a secret store.</summary>
public sealed record Setting(string Name, string? Value)
{
    public string? Environment { get; init; }

    public SecretReference? Secret { get; init; }

    public int Line { get; init; }
}

public sealed record SecretReference(string Name, string Key);
