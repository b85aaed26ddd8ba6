namespace Sidecar.Telemetry.Metrics;

/// <summary>Paths without the parts that vary: keys, actors' and workflows' ids.</summary>
public static class HttpPathLabel
{
    /// <summary>One slash between segments and one in front.</summary>
    public static string Normalize(string path)
    {
        while (path.Contains("//", StringComparison.Ordinal))
        {
            path = path.Replace("//", "/", StringComparison.Ordinal);
        }

        return path.StartsWith('/') ? path : "/" + path;
    }

    /// <summary>The label of a path whose label is its beginning, which is how most calls look.</summary>
    public static bool TryPrefix(ReadOnlySpan<char> path, out ReadOnlySpan<char> label)
    {
        label = path;
        if (path is not ['/', ..] || path.IndexOf("//") >= 0)
        {
            return false;
        }

        var version = path[1..].IndexOf('/') + 1;
        var block = version > 0 ? path[(version + 1)..] : default;
        var end = block.IndexOf('/');
        if (end < 0)
        {
            return true;
        }

        var name = block[..end];
        if (name is "state" or "secrets")
        {
            var store = block[(end + 1)..].IndexOf('/');
            label = store < 0 ? path : path[..(version + 1 + end + 1 + store)];
            return path[1..version] is not "actors";
        }

        return name is not ("actors" or "workflows") && path[1..version] is not "actors";
    }

    public static string Of(string path)
    {
        if (path.Length == 0)
        {
            return path;
        }

        path = Normalize(path);
        var parts = path[1..].Split('/', 6);
        if (parts.Length < 3)
        {
            return path;
        }

        if (parts[0] == "actors")
        {
            parts[2] = "{id}";
            return string.Join('/', parts);
        }

        return parts[1] switch
        {
            "state" or "secrets" => Join(parts, 3),
            "actors" => OfActor(path, parts),
            "workflows" => OfWorkflow(path, parts),
            _ => path,
        };
    }

    private static string OfActor(string path, string[] parts)
    {
        if (parts.Length < 5)
        {
            return path;
        }

        parts[3] = "{id}";
        return Join(parts, 5);
    }

    private static string OfWorkflow(string path, string[] parts)
    {
        if (parts.Length < 4)
        {
            return path;
        }

        if (parts.Length == 5 && parts[4].StartsWith("start", StringComparison.Ordinal))
        {
            return Join(parts, 4) + "/start";
        }

        parts[3] = "{instanceId}";
        if (parts is [.., "raiseEvent", { Length: > 0 }] && parts.Length == 6)
        {
            parts[5] = "{eventName}";
            return Join(parts, 6);
        }

        return Join(parts, Math.Min(parts.Length, 5));
    }

    private static string Join(string[] parts, int count) => "/" + string.Join('/', parts, 0, count);
}
