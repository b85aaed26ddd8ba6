using System.Diagnostics;

namespace Runner.Processes;

/// <summary>A process in a session of its own: Ctrl+C in the terminal does not reach it, and what it starts ends with it.</summary>
internal sealed class Child : IDisposable
{
    // It waits for a word first, which comes when the guard knows it: there is no moment in which the runner could die and it live on.
    private const string AfterTheWord = """read -r _ && exec "$@" </dev/null 2>&1""";

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private readonly Process process;
    private readonly Guard guard;
    private readonly TaskCompletionSource silent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Child(Process process, Guard guard)
    {
        this.process = process;
        this.guard = guard;
        Pid = process.Id;
        guard.Add(Pid);
        Ended = EndAsync();
    }

    public int Pid { get; }

    /// <summary>With its exit code, after all that it said was heard.</summary>
    public Task<int> Ended { get; }

    public static Child Start(Launch launch, Guard guard)
    {
        var (program, arguments) = Session.Of("/bin/sh", ["-c", AfterTheWord, "sh", .. launch.Command]);
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = launch.Folder,
        };
        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        var child = new Child(Process.Start(start)!, guard);
        child.Listen(launch.Heard);
        try
        {
            child.process.StandardInput.WriteLine();
            child.process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it was told to begin, and Ended says so.
        }

        return child;
    }

    public void Terminate() => Signals.ToGroup(Pid, Signals.Terminate);

    public void Kill() => Signals.ToGroup(Pid, Signals.Kill);

    public void Dispose() => process.Dispose();

    /// <summary>A thread for each process: reading a pipe blocks one in any case, and the pool has better things to do.</summary>
    private void Listen(Action<string> heard) => new Thread(() =>
    {
        try
        {
            while (process.StandardOutput.ReadLine() is { } line)
            {
                heard(line);
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            // Somebody that it started held the pipe longer than anybody waits.
        }

        silent.TrySetResult();
    }, maxStackSize: 256 * 1024) { IsBackground = true, Name = "output" }.Start();

    private async Task<int> EndAsync()
    {
        await process.WaitForExitAsync();
        // Whoever it left behind.
        Kill();
        guard.Remove(Pid);
        await Task.WhenAny(silent.Task, Task.Delay(LastWords));
        return process.ExitCode;
    }
}
