using System.Globalization;

namespace Chaos.Tests;

/// <summary>What a process holds at one moment.</summary>
internal sealed record Sample(double Megabytes, int Handles, int Threads)
{
    private const double Growth = 1.1;

    public static Sample Of(int process)
    {
        var status = File.ReadLines($"/proc/{process}/status").Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.Ordinal);
        var kilobytes = double.Parse(status["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture);
        return new(kilobytes / 1024, Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Count(), int.Parse(status["Threads"], CultureInfo.InvariantCulture));
    }

    /// <summary>The middle of many, so that one moment of collecting garbage says nothing.</summary>
    public static Sample Middle(IReadOnlyList<Sample> samples) => new(
        Middle(samples.Select(sample => sample.Megabytes)), (int)Middle(samples.Select(sample => (double)sample.Handles)), (int)Middle(samples.Select(sample => (double)sample.Threads)));

    /// <summary>Ten per cent, and a little that does not depend on the size.</summary>
    public Sample Allowed() => new((Megabytes * Growth) + 4, (int)(Handles * Growth) + 5, (int)(Threads * Growth) + 3);

    public override string ToString() => FormattableString.Invariant($"{Megabytes:F1} MB, {Handles} handles, {Threads} threads");

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
