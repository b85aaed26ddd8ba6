namespace Bench;

/// <summary>Prints what was measured, line by line as it comes.</summary>
public static class Table
{
    public static void Title(string text) => Console.WriteLine($"\n{text}\n{"",-46}{"per second",12}{"p50 ms",10}{"p99 ms",10}  against");

    public static void Row(string name, Figures figures, Figures? against = null, double aim = 0)
    {
        var ratio = against is { PerSecond: > 0 } ? $"{figures.PerSecond / against.PerSecond:0.00} x" : "";
        var goal = aim > 0 ? $"aim {aim:N0}: {(figures.PerSecond >= aim ? "reached" : "missed")}" : "";
        var failures = figures.Failures > 0 ? $"{figures.Failures} FAILED" : "";
        Console.WriteLine($"{name,-46}{figures.PerSecond,12:N0}{figures.P50.TotalMilliseconds,10:0.000}{figures.P99.TotalMilliseconds,10:0.000}  {ratio,-8} {goal} {failures}".TrimEnd());
    }

    public static void Fact(string name, string value) => Console.WriteLine($"{name,-46}{value}");
}
