using System.Globalization;
using System.Text;

namespace Library.Defaults.Web.Metrics;

/// <summary>One combination of labels: a number, or the counts of a histogram.</summary>
internal sealed class Series(double[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    public void Add(double value)
    {
        lock (_counts)
        {
            _sum += value;
        }
    }

    public void Set(double value)
    {
        lock (_counts)
        {
            _sum = value;
        }
    }

    public void Observe(double value)
    {
        var at = Array.BinarySearch(bounds, value);
        lock (_counts)
        {
            _counts[at < 0 ? ~at : at]++;
            _sum += value;
        }
    }

    public void Write(StringBuilder text, string name, string labels)
    {
        lock (_counts)
        {
            Line(text, name, labels, _sum);
        }
    }

    public void WriteBuckets(StringBuilder text, string name, string labels)
    {
        lock (_counts)
        {
            var (before, below) = (labels.Length == 0 ? "" : labels + ",", 0L);
            for (var i = 0; i < _counts.Length; i++)
            {
                below += _counts[i];
                Line(text, name + "_bucket", $"{before}le=\"{(i < bounds.Length ? Number(bounds[i]) : "+Inf")}\"", below);
            }

            Line(text, name + "_sum", labels, _sum);
            Line(text, name + "_count", labels, below);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString(CultureInfo.InvariantCulture);
}
