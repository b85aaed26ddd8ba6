using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Library.Defaults.Web.Metrics;

/// <summary>All series of one instrument.</summary>
internal sealed class Family
{
    /// <summary>What comes after the limit is counted together, so that nobody fills the memory with labels.</summary>
    private const string Overflow = "overflow=\"true\"";

    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly Instrument _instrument;
    private readonly int _maxSeries;
    private readonly string _name;
    private readonly string _type;
    private readonly double[] _bounds;

    public Family(Instrument instrument, int maxSeries)
    {
        (_instrument, _maxSeries) = (instrument, maxSeries);
        var kind = instrument.GetType().Name;
        _type = kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter"
            : "gauge";
        _bounds = _type == "histogram" ? Bounds(instrument) : [];
        IsSet = instrument.IsObservable || kind.StartsWith("Gauge", StringComparison.Ordinal);
        _name = Labels.Name(instrument.Name) + Unit(instrument.Unit) + (_type == "counter" ? "_total" : "");
    }

    private bool IsSet { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Of(Labels.Text(tags));
        if (_type == "histogram")
        {
            series.Observe(value);
        }
        else if (IsSet)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <summary>An observed series that is not told any more is gone.</summary>
    public void Forget()
    {
        if (_instrument.IsObservable)
        {
            _series.Clear();
        }
    }

    public void Write(StringBuilder text)
    {
        if (_series.IsEmpty)
        {
            return;
        }

        text.Append("# HELP ").Append(_name).Append(' ').Append(_instrument.Description?.ReplaceLineEndings(" ")).Append('\n');
        text.Append("# TYPE ").Append(_name).Append(' ').Append(_type).Append('\n');
        foreach (var (labels, series) in _series.OrderBy(series => series.Key, StringComparer.Ordinal))
        {
            if (_type == "histogram")
            {
                series.WriteBuckets(text, _name, labels);
            }
            else
            {
                series.Write(text, _name, labels);
            }
        }
    }

    private Series Of(string labels) =>
        _series.TryGetValue(labels, out var known) ? known : _series.GetOrAdd(_series.Count < _maxSeries ? labels : Overflow, _ => new Series(_bounds));

    private static double[] Bounds(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(bound => (double)bound)],
        _ => Seconds,
    };

    private static string Unit(string? unit) => unit switch
    {
        "s" => "_seconds",
        "By" => "_bytes",
        _ => "",
    };
}
