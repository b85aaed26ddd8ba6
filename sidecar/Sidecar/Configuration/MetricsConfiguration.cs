namespace Sidecar.Configuration;

/// <summary>Which metrics there are and what they tell apart.</summary>
public sealed record MetricsConfiguration
{
    public bool Enabled { get; init; } = true;

    public bool RecordErrorCodes { get; init; }

    public bool IncreasedCardinality { get; init; } = true;

    public bool ExcludeVerbs { get; init; }

    public IReadOnlyList<string> PathMatching { get; init; } = [];

    /// <summary>Milliseconds; empty for Dapr's own.</summary>
    public IReadOnlyList<int> LatencyBuckets { get; init; } = [];

    public IReadOnlyList<MetricRule> Rules { get; init; } = [];
}

/// <summary>In one label of one metric, what matches <paramref name="Pattern"/> is replaced.</summary>
public sealed record MetricRule(string Metric, string Label, string Pattern, string Replacement);
