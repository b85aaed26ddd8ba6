using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Servers;

namespace Library.Chaos.Tests;

/// <summary>All of dapr.yaml under ./run, on free ports and in a folder of its own, and beside it a sidecar for whoever plays the coordinator.</summary>
internal sealed partial class RunningLibrary : IAsyncDisposable
{
    public const string Coordinator = "chaos-coordinator";
    private const string Mark = "LIBRARY_CHAOS";
    private const int LinesKept = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("library-").FullName;
    private readonly string _mark = Guid.CreateVersion7().ToString("N");
    private readonly Dictionary<string, string> _ports = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _runner;

    private RunningLibrary(ComponentSet set)
    {
        var file = Path.Combine(_folder, "dapr.yaml");
        File.WriteAllText(file, Template());
        var variables = new Dictionary<string, string>(set.Variables, StringComparer.Ordinal) { [Mark] = _mark, ["DAPR_API_TOKEN"] = Token, ["NO_COLOR"] = "1" };
        _runner = Launcher.Start(
            "dotnet", [Path.Combine(Root, "artifacts/bin/Runner/release/Runner.dll"), "--file", file, "--components", Path.Combine(Root, "components", set.Name)], _folder, variables);
        _ = KeepAsync(_runner.StandardOutput);
        _ = KeepAsync(_runner.StandardError);
        Gateway = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_ports["8080"]}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public static string Root { get; } = FindRoot();

    public string Token { get; } = Guid.CreateVersion7().ToString("N");

    public HttpClient Gateway { get; }

    public int CoordinatorApp { get; } = Ports.Free();

    public int CoordinatorSidecar { get; } = Ports.Free();

    public string LastWords => string.Join('\n', _lines);

    public IEnumerable<Victim> Victims =>
        new[] { ("gateway", "Library.Gateway.dll"), ("reader-command", "Library.Readers.Command.dll"), ("reader-query", "Library.Readers.Query.dll"), ("the sidecars", "Sidecar.dll") }
            .Select(one => new Victim(one.Item1, _ => Signal(one.Item2, "KILL"), _ => Signal(one.Item2, "TERM")));

    /// <summary>Returns once it says that it is ready.</summary>
    public static async Task<RunningLibrary> StartAsync(ComponentSet set, CancellationToken cancellation)
    {
        var library = new RunningLibrary(set);
        try
        {
            var first = await Task.WhenAny(library._ready.Task, library._runner.WaitForExitAsync(cancellation)).WaitAsync(Patience, cancellation);
            return first == library._ready.Task ? library : throw new InvalidOperationException($"./run ended with {library._runner.ExitCode}:\n{library.LastWords}");
        }
        catch (Exception problem) when (problem is TimeoutException or OperationCanceledException)
        {
            var words = library.LastWords;
            await library.DisposeAsync();
            throw new TimeoutException($"./run is not ready:\n{words}", problem);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Gateway.Dispose();
        using (var kill = Process.Start("kill", ["-TERM", $"{_runner.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        try
        {
            await _runner.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            _runner.Kill();
            await _runner.WaitForExitAsync();
        }

        _runner.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Of a process that is down at the moment there is nothing to strike.</summary>
    private async Task Signal(string program, string signal)
    {
        foreach (var pid in Pids(program))
        {
            using var kill = Process.Start("kill", [$"-{signal}", $"{pid}"]);
            await kill.WaitForExitAsync();
        }
    }

    private IEnumerable<int> Pids(string program)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            string command, environment;
            try
            {
                command = File.ReadAllText(Path.Combine(folder, "cmdline"));
                environment = File.ReadAllText(Path.Combine(folder, "environ"));
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // It has just ended, or is somebody else's.
                continue;
            }

            if (command.Split('\0') is ["dotnet", var assembly, ..] && assembly.EndsWith(program, StringComparison.Ordinal) && environment.Contains($"{Mark}={_mark}", StringComparison.Ordinal))
            {
                yield return int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
            }
        }
    }

    /// <summary>The repository's own run file; only its ports and paths are others.</summary>
    private string Template()
    {
        var text = File.ReadAllText(Path.Combine(Root, "dapr.yaml"));
        text = PortNumber().Replace(text, match => _ports.TryGetValue(match.Value, out var known) ? known : _ports[match.Value] = $"{Ports.Free()}");
        text = RootedPath().Replace(text, match => $"{match.Groups["key"].Value}: {Rooted(match)}");
        var more = new StringBuilder(text.TrimEnd()).AppendLine();
        more.AppendLine($"- appID: {Coordinator}");
        more.AppendLine($"  appDirPath: {_folder}");
        more.AppendLine($"  appPort: {CoordinatorApp}");
        more.AppendLine($"  daprHTTPPort: {CoordinatorSidecar}");
        return more.ToString();
    }

    private static string Rooted(Match match)
    {
        var path = Path.Combine(Root, match.Groups["path"].Value);
        return match.Groups["key"].Value == "resourcesPaths" ? $"[{path}]" : path;
    }

    private async Task KeepAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
            if (_lines.Count > LinesKept)
            {
                _lines.TryDequeue(out _);
            }

            if (line.Contains("ready: http", StringComparison.Ordinal))
            {
                _ready.TrySetResult();
            }
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "dapr.yaml")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"(?<=Port: |localhost:)\d{4,5}\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PortNumber();

    [GeneratedRegex(@"(?<key>appDirPath|configFilePath|resourcesPaths): \[?(?<path>[^\s\]]+)\]?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RootedPath();
}
