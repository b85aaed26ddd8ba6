namespace Sidecar.Telemetry.Metrics;

/// <summary>
/// Path patterns of the configuration, the most specific one first: /orders/{id}, /files/{path...}, /files/ for all below. Each also
/// stands for the same path of an app that is invoked.
/// </summary>
public sealed class PathPatterns
{
    private const string InvokePrefix = "/v1.0/invoke/";
    private readonly List<string[]> patterns = [];
    private readonly List<string> names = [];

    public PathPatterns(IReadOnlyList<string> paths)
    {
        IsEmpty = paths.Count == 0;
        var all = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in paths.Select(HttpPathLabel.Normalize))
        {
            all.Add(path);
            if (!path.StartsWith(InvokePrefix, StringComparison.Ordinal))
            {
                all.Add($"{InvokePrefix}{{app_id}}/method{path}");
            }
        }

        foreach (var pattern in all.OrderBy(Specificity, StringComparer.Ordinal))
        {
            names.Add(pattern);
            patterns.Add(pattern[1..].Split('/'));
        }
    }

    public bool IsEmpty { get; }

    /// <summary>Null when no pattern matches.</summary>
    public string? Match(string path)
    {
        var parts = HttpPathLabel.Normalize(path)[1..].Split('/');
        for (var i = 0; i < patterns.Count; i++)
        {
            if (Matches(patterns[i], parts))
            {
                return names[i];
            }
        }

        return null;
    }

    /// <summary>Sorts what is written out before what may vary, and that before what takes all the rest.</summary>
    private static string Specificity(string pattern) => string.Concat(pattern[1..].Split('/').Select(Rank));

    private static char Rank(string part) => part switch
    {
        "" => '3',
        "{$}" => '0',
        _ when IsRest(part) => '3',
        _ when IsWildcard(part) => '1',
        _ => '0',
    };

    private static bool Matches(string[] pattern, string[] parts)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i].Length == 0 || IsRest(pattern[i]))
            {
                // A slash at the end, or {name...}: all that follows.
                return i == pattern.Length - 1 && parts.Length > i;
            }

            if (pattern[i] == "{$}")
            {
                return parts.Length == i + 1 && parts[i].Length == 0;
            }

            if (i >= parts.Length || (IsWildcard(pattern[i]) ? parts[i].Length == 0 : parts[i] != pattern[i]))
            {
                return false;
            }
        }

        return parts.Length == pattern.Length;
    }

    private static bool IsWildcard(string part) => part is ['{', .., '}'];

    private static bool IsRest(string part) => IsWildcard(part) && part.EndsWith("...}", StringComparison.Ordinal);
}
