using System.Collections.Concurrent;

namespace Sidecar.Telemetry.Metrics;

/// <summary>Finds series again by a key, without building their labels each time. What does not fit any more is made anew.</summary>
internal sealed class SeriesCache<TKey, TSeries>(Func<TKey, TSeries> make)
    where TKey : notnull
{
    private const int MostKeys = 10_000;
    private ConcurrentDictionary<TKey, TSeries>? known;

    public TSeries Get(TKey key)
    {
        // Only now: a sidecar has many caches, few of them are used, and each costs time at the start.
        var series = known ?? Interlocked.CompareExchange(ref known, new(), null) ?? known;
        if (series.TryGetValue(key, out var found))
        {
            return found;
        }

        var made = make(key);
        return series.Count < MostKeys ? series.GetOrAdd(key, made) : made;
    }
}

/// <summary>How many, and how long they took.</summary>
internal readonly record struct Timed(Counter Count, Histogram Latency)
{
    public static Timed Of(Metric count, Metric latency, params ReadOnlySpan<string> values) => new(count.Counter(values), latency.Histogram(values));

    /// <summary>A stretch of no length says nothing about latency.</summary>
    public void Add(TimeSpan elapsed)
    {
        Count.Add();
        if (elapsed > TimeSpan.Zero)
        {
            Latency.Observe(elapsed.TotalMilliseconds);
        }
    }
}
