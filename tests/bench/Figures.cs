using System.Diagnostics;

namespace Bench;

/// <summary>What one measurement found.</summary>
public sealed record Figures(double PerSecond, TimeSpan P50, TimeSpan P99, int Failures)
{
    public static Figures Of(List<long> ticks, TimeSpan elapsed, int failures)
    {
        if (ticks.Count == 0)
        {
            return new(0, TimeSpan.Zero, TimeSpan.Zero, failures);
        }

        ticks.Sort();
        return new(ticks.Count / elapsed.TotalSeconds, At(ticks, 0.50), At(ticks, 0.99), failures);
    }

    private static TimeSpan At(List<long> ticks, double share) =>
        Stopwatch.GetElapsedTime(0, ticks[Math.Min(ticks.Count - 1, (int)(ticks.Count * share))]);
}
