using Sidecar.Components;
using Sidecar.Secrets;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Configuration;

/// <summary>What the Configuration documents of one sidecar say, over Dapr's defaults.</summary>
public sealed record SidecarConfiguration
{
    /// <summary>Name of the last document.</summary>
    public string Name { get; init; } = "";

    public TracingSettings Tracing { get; init; } = new();

    public MetricsSettings Metrics { get; init; } = new();

    public ApiLoggingConfiguration ApiLogging { get; init; } = new();

    public SecretScopes Secrets { get; init; } = SecretScopes.None;

    public Features Features { get; init; } = Features.Default;

    public ApiAccess Api { get; init; } = ApiAccess.All;

    public AccessControl AccessControl { get; init; } = new();

    public NameResolutionConfiguration NameResolution { get; init; } = new();

    public ComponentDenyList DeniedComponents { get; init; } = ComponentDenyList.Empty;

    public WorkflowConfiguration Workflow { get; init; } = new();

    /// <summary>With one of these a sidecar does not start.</summary>
    public IReadOnlyList<ResourceProblem> Problems { get; init; } = [];

    public IReadOnlyList<ResourceProblem> Notes { get; init; } = [];
}

public sealed record ApiLoggingConfiguration
{
    /// <summary>The flag --enable-api-logging, when it is given, counts more.</summary>
    public bool Enabled { get; init; }

    public bool ObfuscateUrls { get; init; }

    public bool OmitHealthChecks { get; init; }
}

/// <summary>How sidecars find each other; the settings are those of the component.</summary>
public sealed record NameResolutionConfiguration
{
    public string Component { get; init; } = "";

    public string Version { get; init; } = "";

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
