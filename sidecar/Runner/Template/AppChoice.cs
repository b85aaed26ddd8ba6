using Sidecar.Components;

namespace Runner.Template;

/// <summary>Which apps of the run file start.</summary>
internal static class AppChoice
{
    /// <summary>All when <paramref name="only"/> is empty; null with a problem when one of them is not there.</summary>
    public static RunFile? Apply(RunFile file, IReadOnlyList<string> only, out string? problem)
    {
        var known = file.Apps.Select(app => app.Id).ToList();
        var strangers = only.Where(id => !known.Contains(id)).ToList();
        problem = strangers.Count == 0 ? null
            : $"--only: there is no app {string.Join(", ", strangers)} in {file.Path}{Nearest.Hint(strangers[0], known)}; there are {string.Join(", ", known)}";
        return strangers.Count > 0 ? null : only.Count == 0 ? file : file with { Apps = [.. file.Apps.Where(app => only.Contains(app.Id))] };
    }
}
