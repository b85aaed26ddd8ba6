namespace Sidecar.Telemetry.Metrics;

/// <summary>What the metrics section of a configuration says.</summary>
public sealed record MetricsSettings
{
    public static IReadOnlyList<double> DefaultLatencyBuckets { get; } =
    [
        1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160, 200, 250, 300, 400, 500, 650, 800, 1_000, 2_000, 5_000, 10_000,
        20_000, 50_000, 100_000,
    ];

    public bool Enabled { get; init; } = true;

    /// <summary>HTTP paths are labels, without the parts that vary.</summary>
    public bool IncreasedCardinality { get; init; } = true;

    /// <summary>Patterns such as /orders/{id} that take the place of the paths that they match.</summary>
    public IReadOnlyList<string> PathMatching { get; init; } = [];

    public bool ExcludeVerbs { get; init; }

    public bool RecordErrorCodes { get; init; }

    /// <summary>Milliseconds.</summary>
    public IReadOnlyList<double> LatencyBuckets { get; init; } = DefaultLatencyBuckets;

    public IReadOnlyList<LabelRule> Rules { get; init; } = [];
}

/// <summary>In one label of one metric, what matches <paramref name="Pattern"/> is replaced.</summary>
public sealed record LabelRule(string Metric, string Label, string Pattern, string Replacement);
