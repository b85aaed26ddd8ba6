using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Servers;

namespace Bench;

/// <summary>What ./run costs: until it is ready, and while nobody asks anything.</summary>
public static class RunSection
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "../../../.."));
    private static readonly TimeSpan LongestBuild = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    public static async Task RunAsync()
    {
        Console.WriteLine("\n./run, embedded, nothing to build");
        await using (var first = Followed.Start(Path.Combine(Root, "run"), [], Root))
        {
            await first.LineAsync("ready: ", CancellationToken.None, LongestBuild);
            first.Signal("TERM");
            await first.EndAsync(CancellationToken.None);
        }

        var clock = Stopwatch.StartNew();
        await using var run = Followed.Start(Path.Combine(Root, "run"), [], Root);
        await run.LineAsync("ready: ", CancellationToken.None);
        Table.Fact("until ready", $"{clock.Elapsed.TotalSeconds:0.0} s (aim < 10)");

        // The runtime goes on compiling for a while, and outbox places fall asleep after a minute.
        await Task.Delay(Settling);
        var everybody = run.Children().Append(new(run.Pid, "runner")).ToDictionary(one => one.Key, one => (Name: NameOf(one.Value), Before: Cpu(one.Key)));
        await Task.Delay(Idle);
        double shares = 0;
        long megabytes = 0;
        foreach (var (pid, (name, before)) in everybody)
        {
            var (share, memory) = ((Cpu(pid) - before) / Idle, Megabytes(pid));
            (shares, megabytes) = (shares + share, megabytes + memory);
            Table.Fact(name, $"{memory,4} MB, idle {share:0.00 %} of a core");
        }

        Table.Fact("all of it", $"{megabytes,4} MB, idle {shares:0.00 %} of a core (aim < 2 %)");
        run.Signal("TERM");
        await run.EndAsync(CancellationToken.None);
    }

    private static string NameOf(string command) =>
        command.Contains("while read", StringComparison.Ordinal) ? "guard" : Path.GetFileNameWithoutExtension(command.Split(' ').FirstOrDefault(word => word.EndsWith(".dll", StringComparison.Ordinal)) ?? command);

    private static TimeSpan Cpu(int pid)
    {
        const double TicksPerSecond = 100;
        var fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ');
        return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
    }

    private static long Megabytes(int pid) => long.Parse(
        File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
}
