using System.Globalization;

namespace Sidecar.Components;

/// <summary>
/// The settings of a component, names without case. Reading a setting that makes no sense notes the problem; <see cref="Check"/>
/// throws them all at once, so that a user mends a file in one go.
/// </summary>
public sealed class ComponentMetadata(IReadOnlyDictionary<string, string> values)
{
    private readonly Dictionary<string, string> values = new(values, StringComparer.OrdinalIgnoreCase);
    private readonly List<string> problems = [];

    public IReadOnlyDictionary<string, string> Values => values;

    public bool Has(string name) => values.TryGetValue(name, out var value) && value.Length > 0;

    public string String(string name, string fallback = "") => Has(name) ? values[name] : fallback;

    public string Required(string name)
    {
        if (!Has(name))
        {
            problems.Add($"\"{name}\" is required");
        }

        return String(name);
    }

    public bool Bool(string name, bool fallback = false) => Has(name) ? IsTruthy(values[name]) : fallback;

    public int Int(string name, int fallback, int least = int.MinValue, int most = int.MaxValue)
    {
        if (!Has(name))
        {
            return fallback;
        }

        if (int.TryParse(values[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        problems.Add($"\"{name}\" is \"{values[name]}\" and should be a whole number" + (least > int.MinValue ? $" from {least}" : "") + (most < int.MaxValue ? $" to {most}" : ""));
        return fallback;
    }

    /// <summary>A Go duration such as 1m30s; a bare number counts seconds.</summary>
    public TimeSpan Duration(string name, TimeSpan fallback)
    {
        if (!Has(name))
        {
            return fallback;
        }

        if (GoDuration.TryParse(values[name], TimeSpan.FromSeconds(1), out var duration))
        {
            return duration;
        }

        problems.Add($"\"{name}\" is \"{values[name]}\" and should be a duration such as 500ms, 20s or 1h30m");
        return fallback;
    }

    public void Problem(string sentence) => problems.Add(sentence);

    public void Check()
    {
        if (problems.Count > 0)
        {
            throw new ComponentException(string.Join("; ", problems));
        }
    }

    public static bool IsTruthy(string value) =>
        value.ToUpperInvariant() is "Y" or "YES" or "TRUE" or "T" or "ON" or "1";
}

/// <summary>A component that cannot work as its YAML describes it.</summary>
public sealed class ComponentException(string message, Exception? inner = null) : Exception(message, inner);
