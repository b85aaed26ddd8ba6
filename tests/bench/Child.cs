using System.Diagnostics;
using System.Globalization;
using System.Net;
using Servers;

namespace Bench;

/// <summary>A process that is measured from outside: what it took to start, what it holds, what it burns while nobody asks.</summary>
public sealed class Child : IAsyncDisposable
{
    private const double TicksPerSecond = 100;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);
    private readonly Process process;

    private Child(Process process, TimeSpan startCpu, TimeSpan startWall)
    {
        this.process = process;
        StartCpu = startCpu;
        StartWall = startWall;
    }

    public TimeSpan StartCpu { get; }

    public TimeSpan StartWall { get; }

    public long ResidentMegabytes => long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    /// <summary>What it has burned so far.</summary>
    public TimeSpan Burned => Cpu(process.Id);

    /// <summary>Ready when <paramref name="readyUrl"/> answers with any success.</summary>
    public static async Task<Child> StartAsync(string program, IEnumerable<string> arguments, Uri readyUrl, string? workingDirectory = null)
    {
        var clock = Stopwatch.StartNew();
        var started = Launcher.Start(program, arguments, workingDirectory);
        var output = new Queue<string>();
        started.OutputDataReceived += (_, line) => Keep(output, line.Data);
        started.ErrorDataReceived += (_, line) => Keep(output, line.Data);
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
        while (true)
        {
            if (started.HasExited || clock.Elapsed > TimeSpan.FromSeconds(60))
            {
                started.Kill();
                throw new InvalidOperationException($"{Path.GetFileName(program)} did not become ready:\n{string.Join('\n', output)}");
            }

            if (await AnswersAsync(http, readyUrl))
            {
                return new Child(started, Cpu(started.Id), clock.Elapsed);
            }

            await Task.Delay(10);
        }
    }

    /// <summary>Share of one core over some seconds without a request.</summary>
    public async Task<double> IdleShareAsync(TimeSpan duration)
    {
        // The runtime goes on compiling for a while after a start.
        await Task.Delay(Settling);
        var before = Cpu(process.Id);
        await Task.Delay(duration);
        return (Cpu(process.Id) - before) / duration;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri url)
    {
        try
        {
            using var answer = await http.GetAsync(url);
            return answer.StatusCode is >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous;
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static TimeSpan Cpu(int pid)
    {
        var fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ');
        return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
    }

    private static void Keep(Queue<string> output, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.Enqueue(line);
            if (output.Count > 50)
            {
                output.Dequeue();
            }
        }
    }
}
