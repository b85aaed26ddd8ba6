using System.Collections.Concurrent;
using System.Diagnostics;

namespace Servers;

/// <summary>
/// Starts processes that end with this one, however it ends. Linux ties a child to the thread that started it, so one thread that
/// never ends starts them all.
/// </summary>
public static class Launcher
{
    private static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Waiting = Run();

    /// <summary>Output and errors are redirected, and for the caller to read.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("setpriv") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        foreach (var argument in new[] { "--pdeathsig", "KILL", program }.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Waiting.Add((start, started));
        return started.Task.GetAwaiter().GetResult();
    }

    private static BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Run()
    {
        var waiting = new BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)>();
        new Thread(() =>
        {
            foreach (var (start, started) in waiting.GetConsumingEnumerable())
            {
                try
                {
                    started.SetResult(Process.Start(start) ?? throw new InvalidOperationException($"{start.ArgumentList[2]} did not start."));
                }
                catch (Exception problem)
                {
                    started.SetException(problem);
                }
            }
        }) { IsBackground = true, Name = "launcher" }.Start();
        return waiting;
    }
}
