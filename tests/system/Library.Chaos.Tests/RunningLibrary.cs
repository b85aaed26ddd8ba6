using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Servers;

namespace Library.Chaos.Tests;

/// <summary>All of dapr.yaml under ./run, on free ports and in a folder of its own, and beside it a sidecar for whoever plays the coordinator.</summary>
internal sealed class RunningLibrary : IAsyncDisposable
{
    public const string Coordinator = "chaos-coordinator";
    public const string Sidecars = "the sidecars";
    private const string Mark = "LIBRARY_CHAOS";
    private const int LinesShown = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("library-").FullName;
    private readonly string _mark = Guid.CreateVersion7().ToString("N");
    private readonly RunTemplate _template;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _runner;
    private readonly Action _onStarting;
    private bool _isStarting;

    private RunningLibrary(ComponentSet set, IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, Doors> doors, Action onStarting)
    {
        _onStarting = onStarting;
        _template = new RunTemplate(Root, _folder, doors);
        var file = Path.Combine(_folder, "dapr.yaml");
        File.WriteAllText(file, _template.With(Coordinator, CoordinatorApp, CoordinatorSidecar));
        var variables = new Dictionary<string, string>(set.Variables, StringComparer.Ordinal)
        {
            [Mark] = _mark, ["DAPR_API_TOKEN"] = Token, ["NO_COLOR"] = "1", ["LIBRARY_ADMIN_PASSWORD"] = AdminPassword,
        };
        foreach (var (name, value) in settings)
        {
            variables[name] = value;
        }

        _runner = Launcher.Start(
            "dotnet", [Path.Combine(Root, "artifacts/bin/Runner/release/Runner.dll"), "--file", file, "--components", Path.Combine(Root, "components", set.Name)], _folder, variables);
        _ = KeepAsync(_runner.StandardOutput);
        _ = KeepAsync(_runner.StandardError);
        Gateway = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_template.Port(8080)}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public static string Root { get; } = FindRoot();

    public string AdminPassword { get; } = $"Chaos-{Guid.NewGuid():N}";

    /// <summary>Its own folder, with the data of the embedded set in .data/.</summary>
    public string Folder => _folder;

    /// <summary>Where its traces are looked at.</summary>
    public int Viewer => _template.Port(9411);

    public string Token { get; } = Guid.CreateVersion7().ToString("N");

    public HttpClient Gateway { get; }

    public int CoordinatorApp { get; } = Ports.Free();

    public int CoordinatorSidecar { get; } = Ports.Free();

    public string LastWords => string.Join('\n', _lines.TakeLast(LinesShown));

    /// <summary>All that was said so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public IEnumerable<Victim> Victims => new[] { "gateway", "reader-command", "reader-query", "user", "coordinator", Sidecars }.Select(VictimOf);

    public Victim VictimOf(string name)
    {
        var program = name switch
        {
            "gateway" => "Library.Gateway.dll",
            "reader-command" => "Library.Readers.Command.dll",
            "reader-query" => "Library.Readers.Query.dll",
            "user" => "Library.Users.dll",
            "coordinator" => "Library.Coordinator.dll",
            _ => "Sidecar.dll",
        };
        return new Victim(name, _ => Signal(program, "KILL"), _ => Signal(program, "TERM"));
    }

    /// <summary>Which port stands for one of dapr.yaml.</summary>
    public int Port(int written) => _template.Port(written);

    /// <summary>Returns once it says that it is ready.</summary>
    /// <param name="set">Of components.</param>
    /// <param name="cancellation">Of the test.</param>
    /// <param name="settings">More of the environment.</param>
    /// <param name="doors">Of apps before which somebody stands.</param>
    /// <param name="onStarting">When the run has found its ports free, before its apps start.</param>
    public static async Task<RunningLibrary> StartAsync(
        ComponentSet set, CancellationToken cancellation, IReadOnlyDictionary<string, string>? settings = null, IReadOnlyDictionary<string, Doors>? doors = null, Action? onStarting = null)
    {
        var library = new RunningLibrary(set, settings ?? new Dictionary<string, string>(), doors ?? new Dictionary<string, Doors>(), onStarting ?? (() => { }));
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

    private async Task KeepAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
            if (!_isStarting && line.Contains(" starting ", StringComparison.Ordinal))
            {
                _isStarting = true;
                _onStarting();
            }
            else if (line.Contains("ready: http", StringComparison.Ordinal))
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
}
