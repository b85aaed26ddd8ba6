namespace Sidecar.Configuration;

/// <summary>Which spans are made and where they go.</summary>
public sealed record TracingConfiguration
{
    /// <summary>As it was written; empty when it was not.</summary>
    public string SamplingRate { get; init; } = "";

    public bool Stdout { get; init; }

    public string ZipkinEndpoint { get; init; } = "";

    /// <summary>Host and port, or a URL.</summary>
    public string OtelEndpoint { get; init; } = "";

    /// <summary>http or grpc.</summary>
    public string OtelProtocol { get; init; } = "";

    public bool OtelIsSecure { get; init; } = true;

    public IReadOnlyDictionary<string, string> OtelHeaders { get; init; } = new Dictionary<string, string>();

    public TimeSpan? OtelTimeout { get; init; }
}
