using System.Globalization;

namespace Servers;

/// <summary>Strikes every victim in a random order at random moments of some work: kill -9 first of all, then as it falls.</summary>
public sealed class Strikes(IReadOnlyList<Victim> victims, int rounds, TimeSpan patience)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private readonly List<string> done = [];

    public int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("CHAOS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Random.Shared.Next(1_000_000);

    public override string ToString() => string.Join(", ", done);

    /// <summary>Returns when everything is back.</summary>
    /// <param name="progress">how much of the work is done</param>
    /// <param name="count">all of it</param>
    /// <param name="cancellation">ends it before</param>
    public async Task RunAsync(Func<int> progress, int count, CancellationToken cancellation)
    {
        var random = new Random(Seed);
        var order = Enumerable.Range(0, rounds).SelectMany(round => victims.Select(victim => (Victim: victim, IsKill: round == 0 || random.Next(2) == 0))).ToArray();
        random.Shuffle(order);
        var moments = order.Select(_ => (int)(count * (0.05 + (0.85 * random.NextDouble())))).Order().ToArray();
        var running = new List<Task>();
        for (var i = 0; i < order.Length; i++)
        {
            await ReachedAsync(progress, moments[i], cancellation);
            var (victim, isKill) = order[i];
            done.Add($"{progress()}: {victim.Fate(isKill)} {victim.Name}");
            running.Add(Task.Run(() => victim.StrikeAsync(isKill, cancellation), cancellation));
        }

        await Task.WhenAll(running);
    }

    /// <summary>While nothing can be done, the next strike comes all the same.</summary>
    private async Task ReachedAsync(Func<int> progress, int moment, CancellationToken cancellation)
    {
        using var look = new PeriodicTimer(Look);
        var started = TimeProvider.System.GetTimestamp();
        while (progress() < moment && TimeProvider.System.GetElapsedTime(started) < patience)
        {
            await look.WaitForNextTickAsync(cancellation);
        }
    }
}
