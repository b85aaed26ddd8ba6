namespace Sidecar.Telemetry.Logging;

/// <summary>Which lines are written, and how.</summary>
public sealed record LoggingSettings
{
    public LogLevel Level { get; init; } = LogLevel.Information;

    public bool AsJson { get; init; }

    public bool ApiLogging { get; init; }

    /// <summary>API calls are named instead of shown with their URL.</summary>
    public bool ObfuscateUrls { get; init; }

    public bool OmitHealthChecks { get; init; }

    /// <summary>The name of this machine, on every line.</summary>
    public string Instance { get; init; } = Environment.MachineName;
}
