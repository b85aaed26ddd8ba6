using System.Collections.Frozen;

namespace Sidecar.Telemetry.Metrics;

/// <summary>Which label the path of a request gets: a configured pattern, the path without what varies, or nothing.</summary>
public sealed class HttpPaths(MetricsSettings settings)
{
    private static readonly FrozenSet<string> Fixed = new[] { "/dapr/config", "/dapr/metrics", "/dapr/subscribe", "/healthz" }.ToFrozenSet();
    private readonly PathPatterns patterns = new(settings.PathMatching);

    /// <summary>All requests count as one path.</summary>
    public bool IsNone { get; } = settings is { IncreasedCardinality: false, PathMatching.Count: 0 };

    /// <summary>No pattern is configured: the label is the path without what varies.</summary>
    public bool IsPlain { get; } = settings is { IncreasedCardinality: true, PathMatching.Count: 0 };

    /// <summary>Requests to the sidecar.</summary>
    public string OfServer(string path) => IsNone ? "" : Label(patterns.IsEmpty ? path : HttpPathLabel.Normalize(path));

    /// <summary>Requests to the app. The method of an invocation has no slash in front.</summary>
    public string OfClient(string path)
    {
        var label = Label(path);
        return IsNone ? label : HttpPathLabel.Of(label);
    }

    private string Label(string path)
    {
        if (Fixed.Contains(path))
        {
            return path;
        }

        if (!patterns.IsEmpty && path.Length > 0)
        {
            var plain = HttpPathLabel.Of(path);
            var matched = patterns.Match(path) ?? (plain == path ? null : patterns.Match(plain) is var other && other != "/" ? other : null);
            if (matched is not null)
            {
                return matched;
            }
        }

        return settings.IncreasedCardinality ? HttpPathLabel.Of(path) : "";
    }
}
