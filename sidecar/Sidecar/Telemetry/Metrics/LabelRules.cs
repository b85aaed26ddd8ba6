using System.Text.RegularExpressions;

namespace Sidecar.Telemetry.Metrics;

/// <summary>Rewrites label values as the configuration asks, so that there are fewer of them.</summary>
public sealed class LabelRules
{
    private readonly Dictionary<string, List<(Regex Pattern, string Replacement)>> byLabel = new(StringComparer.Ordinal);

    public LabelRules(IReadOnlyList<LabelRule> rules)
    {
        foreach (var rule in rules)
        {
            var key = Key(rule.Metric.StartsWith("dapr_", StringComparison.Ordinal) ? rule.Metric[5..] : rule.Metric, rule.Label);
            if (!byLabel.TryGetValue(key, out var patterns))
            {
                byLabel[key] = patterns = [];
            }

            patterns.Add((Compile(rule), rule.Replacement));
        }
    }

    public string Apply(string measure, string label, string value)
    {
        if (value.Length == 0 || !byLabel.TryGetValue(Key(measure, label), out var patterns))
        {
            return value;
        }

        foreach (var (pattern, replacement) in patterns)
        {
            value = pattern.Replace(value, replacement);
        }

        return value;
    }

    private static string Key(string measure, string label) => measure.Replace('_', '/') + " " + label;

    private static Regex Compile(LabelRule rule)
    {
        try
        {
            // Takes time in proportion to the text, whatever the pattern is.
            return new Regex(rule.Pattern, RegexOptions.NonBacktracking);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            throw new TelemetryException($"failed to compile regex for rule {rule.Metric}/{rule.Label}: {problem.Message}");
        }
    }
}
