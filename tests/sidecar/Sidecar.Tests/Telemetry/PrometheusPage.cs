using System.Globalization;
using System.Text.RegularExpressions;

namespace Sidecar.Tests.Telemetry;

/// <summary>A page of metrics, taken apart as strictly as Prometheus would.</summary>
internal sealed partial class PrometheusPage
{
    private readonly Dictionary<string, double> samples = new(StringComparer.Ordinal);

    public PrometheusPage(string text)
    {
        var family = "";
        Assert.EndsWith("\n", text);
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line.Split(' ');
                family = parts[2];
                Assert.True(Types.TryAdd(family, parts[3]), $"{family} appears twice");
            }
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var match = Sample().Match(line);
                Assert.True(match.Success, line);
                Assert.StartsWith(family, match.Groups["name"].Value);
                samples.Add(match.Groups["name"].Value + match.Groups["labels"].Value, double.Parse(match.Groups["value"].Value.Replace("+Inf", "Infinity"), CultureInfo.InvariantCulture));
            }
        }
    }

    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => samples.Keys;

    public double this[string sample] => samples.TryGetValue(sample, out var value) ? value : throw new KeyNotFoundException($"{sample} is not among\n{string.Join('\n', samples.Keys)}");

    [GeneratedRegex("""^(?<name>[a-zA-Z_][a-zA-Z0-9_]*)(?<labels>\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*",?)+\})? (?<value>[+-]?[0-9.e+-]+|\+Inf)$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sample();
}
