namespace Sidecar.Telemetry.Tracing;

/// <summary>What the tracing section of a configuration says, and the environment after it.</summary>
public sealed record TracingSettings
{
    /// <summary>As it was written; empty when it was not.</summary>
    public string SamplingRate { get; init; } = "";

    public bool Stdout { get; init; }

    public string ZipkinEndpoint { get; init; } = "";

    public OtlpSettings Otlp { get; init; } = new();

    /// <summary>On every exported span; the app id names the service unless the environment does.</summary>
    public IReadOnlyDictionary<string, string> Resource { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public BatchSettings Batch { get; init; } = new();
}

/// <summary>Where spans go in OpenTelemetry's own protocol.</summary>
public sealed record OtlpSettings
{
    /// <summary>Host and port, or a URL.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>http or grpc.</summary>
    public string Protocol { get; init; } = "";

    public bool IsSecure { get; init; } = true;

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public bool IsConfigured => Endpoint.Length > 0 && Protocol.Length > 0;
}

/// <summary>How spans gather before they are sent.</summary>
public sealed record BatchSettings
{
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(5);

    public int Size { get; init; } = 512;

    /// <summary>Spans beyond are dropped.</summary>
    public int QueueSize { get; init; } = 2048;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
