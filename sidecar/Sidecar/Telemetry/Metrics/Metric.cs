using System.Collections.Concurrent;
using System.Text;

namespace Sidecar.Telemetry.Metrics;

public enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>
/// A metric and its series, one for each combination of label values. Finding a series builds a text: whoever counts often keeps
/// what it found. There is a limit to how many series there may be; beyond it, values are counted nowhere.
/// </summary>
public sealed class Metric
{
    private const int MostSeries = 10_000;
    private const int LongestValue = 255;
    private readonly ConcurrentDictionary<string, object> series = new(StringComparer.Ordinal);
    private readonly string[] labels;
    private readonly int[] order;
    private readonly double[] bounds;
    private readonly LabelRules? rules;

    internal Metric(string measure, string help, MetricKind kind, double[] bounds, LabelRules? rules, string[] labels)
    {
        Measure = measure;
        Name = "dapr_" + measure.Replace('/', '_').Replace('.', '_');
        Help = help;
        Kind = kind;
        this.bounds = bounds;
        this.rules = rules;
        this.labels = labels;
        order = new int[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            var place = i;
            for (; place > 0 && string.CompareOrdinal(labels[order[place - 1]], labels[i]) > 0; place--)
            {
                order[place] = order[place - 1];
            }

            order[place] = i;
        }
    }

    /// <summary>What daprd calls it inside; rules are written for that name.</summary>
    public string Measure { get; }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    /// <summary>By the text of their labels, in that order.</summary>
    public IEnumerable<KeyValuePair<string, object>> Series => series.OrderBy(entry => entry.Key, StringComparer.Ordinal);

    /// <summary>Values in the order in which the labels were declared.</summary>
    public Counter Counter(params ReadOnlySpan<string> values) => (Counter)Find(values);

    /// <summary>Values in the order in which the labels were declared.</summary>
    public Histogram Histogram(params ReadOnlySpan<string> values) => (Histogram)Find(values);

    private object Find(ReadOnlySpan<string> values)
    {
        var text = new StringBuilder(64);
        foreach (var index in order)
        {
            var value = rules?.Apply(Measure, labels[index], values[index]) ?? values[index];
            if (value.Length > LongestValue || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                return New();
            }

            text.Append(text.Length == 0 ? "" : ",").Append(labels[index]).Append("=\"");
            text.Append(value.Replace("\\", "\\\\").Replace("\"", "\\\"")).Append('"');
        }

        var key = text.ToString();
        if (series.TryGetValue(key, out var found))
        {
            return found;
        }

        return series.Count < MostSeries ? series.GetOrAdd(key, static (_, self) => self.New(), this) : New();
    }

    private object New() => Kind == MetricKind.Histogram ? new Histogram(bounds) : new Counter();
}
