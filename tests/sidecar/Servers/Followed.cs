using System.Diagnostics;
using System.Globalization;

namespace Servers;

/// <summary>A process whose output a test reads as it comes. It ends with the test.</summary>
public sealed class Followed : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly List<string> lines = [];
    private readonly Task reading;
    private TaskCompletionSource more = New();
    private int read;

    private Followed(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public int Pid => process.Id;

    public string Text
    {
        get
        {
            lock (lines)
            {
                return string.Join('\n', lines);
            }
        }
    }

    /// <summary>Where a test is started in the background, Ctrl+C is ignored, and so would be what it starts.</summary>
    public static Followed Start(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null) =>
        new(Launcher.Start("env", ["--default-signal=INT", program, .. arguments], folder, environment));

    /// <summary>The next line that is wanted, after the one found before.</summary>
    public async Task<string> LineAsync(Func<string, bool> wanted, CancellationToken cancellation, TimeSpan? patience = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience ?? Patience);
        while (true)
        {
            Task next;
            lock (lines)
            {
                for (; read < lines.Count; read++)
                {
                    if (wanted(lines[read]))
                    {
                        return lines[read++];
                    }
                }

                next = more.Task;
            }

            try
            {
                if (await Task.WhenAny(next, reading).WaitAsync(limit.Token) == reading && next.Status is not TaskStatus.RanToCompletion)
                {
                    throw new InvalidOperationException($"it ended before it said that:\n{Text}");
                }
            }
            catch (OperationCanceledException problem) when (!cancellation.IsCancellationRequested)
            {
                throw new TimeoutException($"it did not say that within {(patience ?? Patience).TotalSeconds} s:\n{Text}", problem);
            }
        }
    }

    public Task<string> LineAsync(string part, CancellationToken cancellation, TimeSpan? patience = null) =>
        LineAsync(line => line.Contains(part, StringComparison.Ordinal), cancellation, patience);

    public void Signal(string name) => Signal(Pid, name);

    public static void Signal(int pid, string name)
    {
        using var kill = Process.Start("kill", ["-s", name, $"{pid}"]);
        kill.WaitForExit();
    }

    public async Task<int> EndAsync(CancellationToken cancellation)
    {
        await process.WaitForExitAsync(cancellation).WaitAsync(Patience, cancellation);
        await reading.WaitAsync(Patience, cancellation);
        return process.ExitCode;
    }

    /// <summary>Processes that it started and that live, with their command lines.</summary>
    public IReadOnlyDictionary<int, string> Children()
    {
        var children = new Dictionary<int, string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                var fields = File.ReadAllText($"{folder}/stat").Split(") ")[^1].Split(' ');
                if (fields[1] == $"{Pid}" && fields[0] != "Z")
                {
                    children[int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture)] = File.ReadAllText($"{folder}/cmdline").Replace('\0', ' ');
                }
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }

        return children;
    }

    public static bool IsAlive(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Returns when none of them lives.</summary>
    public static async Task GoneAsync(IEnumerable<int> pids, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        foreach (var pid in pids)
        {
            while (IsAlive(pid))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (lines)
            {
                lines.Add(line);
                more.TrySetResult();
                more = New();
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
