using System.Globalization;
using System.Text;

namespace Sidecar.Telemetry.Metrics;

/// <summary>Metrics in the text that Prometheus reads. What was never counted is left out.</summary>
public static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

    public static string Write(IEnumerable<Metric> metrics)
    {
        var text = new StringBuilder(16 * 1024);
        foreach (var metric in metrics)
        {
            var isFirst = true;
            foreach (var (labels, series) in metric.Series)
            {
                if (metric.Kind != MetricKind.Gauge && IsUntouched(series))
                {
                    continue;
                }

                if (isFirst)
                {
                    AppendHead(text, metric.Name, metric.Help, metric.Kind);
                    isFirst = false;
                }

                if (series is Histogram histogram)
                {
                    AppendHistogram(text, metric.Name, labels, histogram);
                }
                else
                {
                    AppendSample(text, metric.Name, labels, ((Counter)series).Value);
                }
            }
        }

        return text.ToString();
    }

    public static void AppendHead(StringBuilder text, string name, string help, MetricKind kind)
    {
        var word = kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        };
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(word).Append('\n');
    }

    public static void AppendSample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>As Go formats it: from a million on, or below a ten thousandth, with an exponent of at least two digits.</summary>
    public static string Number(double value)
    {
        var size = Math.Abs(value);
        if (size < 1e6 && Math.Floor(value).Equals(value))
        {
            return ((long)value).ToString(CultureInfo.InvariantCulture);
        }

        if (size is >= 1e-4 and < 1e6 || !double.IsFinite(value))
        {
            return double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);
        }

        return value.ToString("0.################e+00", CultureInfo.InvariantCulture);
    }

    private static bool IsUntouched(object series) =>
        series is Histogram histogram ? Enumerable.Range(0, histogram.Bounds.Count + 1).All(bucket => histogram.Count(bucket) == 0) : ((Counter)series).Value == 0;

    private static void AppendHistogram(StringBuilder text, string name, string labels, Histogram histogram)
    {
        var below = 0L;
        var separator = labels.Length > 0 ? "," : "";
        for (var bucket = 0; bucket < histogram.Bounds.Count; bucket++)
        {
            below += histogram.Count(bucket);
            AppendSample(text, $"{name}_bucket", $"{labels}{separator}le=\"{Number(histogram.Bounds[bucket])}\"", below);
        }

        below += histogram.Count(histogram.Bounds.Count);
        AppendSample(text, $"{name}_bucket", $"{labels}{separator}le=\"+Inf\"", below);
        AppendSample(text, $"{name}_sum", labels, histogram.Sum);
        AppendSample(text, $"{name}_count", labels, below);
    }
}
