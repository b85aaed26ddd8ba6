using System.Collections.Concurrent;

namespace Sidecar.Telemetry.Metrics;

/// <summary>The metrics of one sidecar.</summary>
public sealed class MetricRegistry(MetricsSettings settings)
{
    /// <summary>Bytes.</summary>
    private static readonly double[] SizeBuckets =
        [1 << 10, 2 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20, 256 << 20, 1 << 30, 4L << 30];

    private readonly double[] latencyBuckets = Positive(settings.LatencyBuckets);
    private readonly LabelRules? rules = settings.Rules.Count == 0 ? null : new(settings.Rules);
    private readonly ConcurrentQueue<Metric> metrics = new();

    public IEnumerable<Metric> Metrics => metrics.OrderBy(metric => metric.Name, StringComparer.Ordinal);

    public Metric Counter(string measure, string help, params string[] labels) => Add(measure, help, MetricKind.Counter, [], labels);

    public Metric Gauge(string measure, string help, params string[] labels) => Add(measure, help, MetricKind.Gauge, [], labels);

    /// <summary>Milliseconds.</summary>
    public Metric Latency(string measure, string help, params string[] labels) => Add(measure, help, MetricKind.Histogram, latencyBuckets, labels);

    /// <summary>Bytes.</summary>
    public Metric Size(string measure, string help, params string[] labels) => Add(measure, help, MetricKind.Histogram, SizeBuckets, labels);

    private static double[] Positive(IReadOnlyList<double> bounds)
    {
        var kept = new List<double>(bounds.Count);
        foreach (var bound in bounds)
        {
            if (bound > 0)
            {
                kept.Add(bound);
            }
        }

        return kept.ToArray();
    }

    private Metric Add(string measure, string help, MetricKind kind, double[] bounds, string[] labels)
    {
        var metric = new Metric(measure, help, kind, bounds, rules, labels);
        metrics.Enqueue(metric);
        return metric;
    }
}
