namespace Sidecar.Telemetry.Logging;

/// <summary>
/// Where lines go, shared by all sidecars of a process. Whoever logs only copies bytes; a thread of its own writes them, and what is
/// left is written when the process ends. A reader that takes nothing for long loses lines rather than stopping requests.
/// </summary>
public sealed class LogOutput : IDisposable
{
    private const int MostWaiting = 8 * 1024 * 1024;
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(2);
    private readonly Stream target;
    private readonly object gate = new();
    private byte[] waiting = new byte[16 * 1024];
    private byte[] writing = new byte[16 * 1024];
    private int length;
    private int lost;
    private bool isWriting;
    private bool isClosed;
    private Thread? writer;

    public LogOutput(Stream target)
    {
        this.target = target;
        AppDomain.CurrentDomain.ProcessExit += OnEnd;
        AppDomain.CurrentDomain.UnhandledException += OnEnd;
    }

    public static LogOutput Stdout { get; } = new(Console.OpenStandardOutput());

    public void Write(ReadOnlySpan<byte> line)
    {
        lock (gate)
        {
            if (isClosed || length + line.Length > MostWaiting)
            {
                lost++;
                return;
            }

            if (length + line.Length > waiting.Length)
            {
                Array.Resize(ref waiting, Math.Max(length + line.Length, waiting.Length * 2));
            }

            line.CopyTo(waiting.AsSpan(length));
            length += line.Length;
            if (writer is null)
            {
                writer = new Thread(Run) { IsBackground = true, Name = "log" };
                writer.Start();
            }

            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Returns when all lines so far are written, or after a while when nobody takes them.</summary>
    public void Flush()
    {
        var until = Environment.TickCount64 + (long)LongestFlush.TotalMilliseconds;
        lock (gate)
        {
            while (length > 0 || isWriting)
            {
                var left = (int)(until - Environment.TickCount64);
                if (left <= 0 || !Monitor.Wait(gate, left))
                {
                    return;
                }
            }
        }
    }

    public void Dispose()
    {
        Flush();
        AppDomain.CurrentDomain.ProcessExit -= OnEnd;
        AppDomain.CurrentDomain.UnhandledException -= OnEnd;
        lock (gate)
        {
            isClosed = true;
            Monitor.PulseAll(gate);
        }
    }

    private void OnEnd(object? sender, EventArgs args) => Flush();

    private void Run()
    {
        while (Take(out var count))
        {
            try
            {
                target.Write(writing, 0, count);
                target.Flush();
            }
            catch (IOException)
            {
                // Nobody reads any more; there is no other place to say so.
            }
        }
    }

    /// <summary>Waits for lines. False when there will be no more.</summary>
    private bool Take(out int count)
    {
        lock (gate)
        {
            isWriting = false;
            while (length == 0)
            {
                Monitor.PulseAll(gate);
                if (isClosed)
                {
                    count = 0;
                    return false;
                }

                Monitor.Wait(gate);
            }

            NoteLost();
            (waiting, writing) = (writing, waiting);
            (count, length, isWriting) = (length, 0, true);
            return true;
        }
    }

    private void NoteLost()
    {
        if (lost == 0)
        {
            return;
        }

        var note = System.Text.Encoding.UTF8.GetBytes($"level=warning msg=\"{lost} log lines are lost: nobody read the output\"\n");
        if (length + note.Length <= waiting.Length)
        {
            note.CopyTo(waiting.AsSpan(length));
            length += note.Length;
            lost = 0;
        }
    }
}
