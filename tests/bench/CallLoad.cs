using System.Diagnostics;

namespace Bench;

/// <summary>The same as <see cref="HttpLoad"/> for a library: a number of callers, each with one call at a time.</summary>
public static class CallLoad
{
    public static async Task<Figures> RunAsync(int callers, Func<int, int, Task> call, TimeSpan warmUp, TimeSpan measured)
    {
        await DriveAsync(callers, call, warmUp);
        var started = Stopwatch.GetTimestamp();
        var ticks = await DriveAsync(callers, call, measured);
        return Figures.Of(ticks, Stopwatch.GetElapsedTime(started), 0);
    }

    private static async Task<List<long>> DriveAsync(int callers, Func<int, int, Task> call, TimeSpan duration)
    {
        var until = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var each = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallerAsync(caller, call, until))));
        return each.SelectMany(ticks => ticks).ToList();
    }

    private static async Task<List<long>> CallerAsync(int caller, Func<int, int, Task> call, long until)
    {
        var ticks = new List<long>(100_000);
        for (var n = 0; Stopwatch.GetTimestamp() < until; n++)
        {
            var started = Stopwatch.GetTimestamp();
            await call(caller, n);
            ticks.Add(Stopwatch.GetTimestamp() - started);
        }

        return ticks;
    }
}
