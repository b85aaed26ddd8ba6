using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Servers;

namespace Library.Chaos.Tests;

/// <summary>Where a sidecar knocks for its app, and where the app answers; somebody in between passes on what comes.</summary>
internal sealed record Doors(int Knocks, int Answers);

/// <summary>The repository's own run file; only its ports and paths are others.</summary>
internal sealed partial class RunTemplate
{
    private readonly Dictionary<string, string> _ports = new(StringComparer.Ordinal);
    private readonly string _root;
    private readonly string _folder;
    private readonly string _text;

    public RunTemplate(string root, string folder, IReadOnlyDictionary<string, Doors> doors)
    {
        (_root, _folder) = (root, folder);
        var text = Ported(File.ReadAllText(Path.Combine(root, "dapr.yaml")));
        text = RootedPath().Replace(text, match => $"{match.Groups["key"].Value}: {Rooted(match)}");
        _text = AppBlock().Replace(text, block => doors.TryGetValue(block.Groups["app"].Value, out var door) ? Standing(block.Value, door) : block.Value);
    }

    public int Port(int written) => int.Parse(_ports[$"{written}"], CultureInfo.InvariantCulture);

    /// <summary>The run file with an app more, which somebody starts himself.</summary>
    public string With(string app, int port, int sidecar) =>
        $"{_text.TrimEnd()}\n- appID: {app}\n  appDirPath: {_folder}\n  appPort: {port}\n  daprHTTPPort: {sidecar}\n";

    private string Ported(string text) =>
        PortNumber().Replace(text, match => _ports.TryGetValue(match.Value, out var known) ? known : _ports[match.Value] = $"{Ports.Free()}");

    /// <summary>The sidecars' configuration says where traces go, so it is a copy, too.</summary>
    private string Rooted(Match match)
    {
        // An app's own paths begin at its folder, and climb to the root.
        var path = Path.Combine(_root, match.Groups["path"].Value.Replace("../", "", StringComparison.Ordinal));
        switch (match.Groups["key"].Value)
        {
            case "resourcesPaths":
                return $"[{path}]";
            case "configFilePath":
                var copy = Path.Combine(_folder, Path.GetFileName(path));
                File.WriteAllText(copy, Ported(File.ReadAllText(path)), Encoding.UTF8);
                return copy;
            default:
                return path;
        }
    }

    private static string Standing(string block, Doors door)
    {
        var port = OwnPort().Match(block).Value;
        return block.Replace($"appPort: {port}", $"appPort: {door.Knocks}", StringComparison.Ordinal).Replace($"localhost:{port}", $"localhost:{door.Answers}", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(?<=Port: |localhost:)\d{4,5}\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PortNumber();

    [GeneratedRegex(@"(?<=appPort: )\d+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OwnPort();

    [GeneratedRegex(@"^- appID: (?<app>\S+)\n(^ .*\n?)*", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex AppBlock();

    [GeneratedRegex(@"(?<key>appDirPath|configFilePath|resourcesPaths): \[?(?<path>[^\s\]]+)\]?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RootedPath();
}
