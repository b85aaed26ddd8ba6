using System.Diagnostics;

namespace Runner.Processes;

/// <summary>
/// A small shell that knows every process of the run and ends them when its input closes, which happens when the runner ends,
/// however it ends. When the guard itself is killed another takes its place.
/// </summary>
internal sealed class Guard : IAsyncDisposable
{
    private const string Watch = """
        left=
        while read -r what pid; do
          case $what in
            +) left="$left $pid" ;;
            -) kept=; for one in $left; do [ "$one" = "$pid" ] || kept="$kept $one"; done; left=$kept ;;
          esac
        done
        all() { for one in $left; do kill -s "$1" -- "-$one" 2>/dev/null && found=1; done; }
        all TERM
        tries=0
        while [ $tries -lt 50 ]; do
          found=; all 0
          [ "$found" ] || exit 0
          sleep 0.1; tries=$((tries + 1))
        done
        all KILL
        """;

    private readonly Lock gate = new();
    private readonly HashSet<int> pids = [];
    private readonly Action<string> say;
    private Process process;
    private bool isClosing;

    public Guard(Action<string> say)
    {
        this.say = say;
        process = StartShell();
        _ = ReplaceAsync(process);
    }

    public int Pid => process.Id;

    public void Add(int pid)
    {
        lock (gate)
        {
            pids.Add(pid);
            Tell($"+ {pid}");
        }
    }

    public void Remove(int pid)
    {
        lock (gate)
        {
            pids.Remove(pid);
            Tell($"- {pid}");
        }
    }

    /// <summary>Ends with it what it still knows.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            isClosing = true;
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static Process StartShell()
    {
        var (program, arguments) = Session.Of("/bin/sh", ["-c", Watch]);
        return Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, WorkingDirectory = "/" })!;
    }

    private async Task ReplaceAsync(Process watched)
    {
        while (true)
        {
            await watched.WaitForExitAsync();
            lock (gate)
            {
                if (isClosing)
                {
                    return;
                }

                say($"the guard ended: {Signals.Described(watched.ExitCode)}; another takes its place");
                watched.Dispose();
                process = watched = StartShell();
                foreach (var pid in pids)
                {
                    Tell($"+ {pid}");
                }
            }
        }
    }

    private void Tell(string line)
    {
        try
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It was killed just now; its successor hears of all.
        }
    }
}
