using System.Collections.Concurrent;
using System.Diagnostics;
using Servers;

namespace Chaos.Tests;

/// <summary>A process that is started again whenever it ends.</summary>
internal sealed class Supervised : IAsyncDisposable
{
    private const int LinesKept = 80;

    // Ended, could not start, killed, terminated. Anything else is a crash.
    private static readonly int[] KnownEnds = [0, 1, 137, 143];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<string> lines = new();
    private readonly Func<Process> start;
    private readonly Task watching;
    private volatile Process current;

    public Supervised(string name, string program, IReadOnlyList<string> arguments, string folder)
    {
        Name = name;
        // Where sidecars find each other.
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["XDG_DATA_HOME"] = folder };
        start = () => Launcher.Start(program, arguments, folder, environment);
        current = start();
        watching = WatchAsync();
    }

    public string Name { get; }

    public int Id => current.Id;

    public ConcurrentQueue<int> Crashes { get; } = new();

    public int Starts { get; private set; } = 1;

    public string LastWords => $"--- {Name}\n{string.Join('\n', lines)}\n";

    /// <summary>This process as something to strike.</summary>
    public Victim AsVictim() => new(
        Name,
        KillAsync,
        async cancellation =>
        {
            using var kill = Process.Start("kill", ["-TERM", $"{current.Id}"]);
            await kill.WaitForExitAsync(cancellation);
        });

    /// <summary>It is killed whenever it is struck.</summary>
    public Victim AsVictimOfKills() => new(Name, KillAsync);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
    }

    private Task KillAsync(CancellationToken cancellation)
    {
        current.Kill();
        return Task.CompletedTask;
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            using var process = current;
            var output = Task.WhenAll(KeepAsync(process.StandardOutput), KeepAsync(process.StandardError));
            try
            {
                await process.WaitForExitAsync(stop.Token);
                await Task.Delay(Pause, stop.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
                return;
            }

            await output;
            if (!KnownEnds.Contains(process.ExitCode))
            {
                Crashes.Enqueue(process.ExitCode);
            }

            lines.Enqueue($"... ended with {process.ExitCode}, started again");
            current = start();
            Starts++;
        }
    }

    private async Task KeepAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Enqueue(line);
            if (lines.Count > LinesKept)
            {
                lines.TryDequeue(out _);
            }
        }
    }
}
