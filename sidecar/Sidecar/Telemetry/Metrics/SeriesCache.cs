using System.Collections.Concurrent;

namespace Sidecar.Telemetry.Metrics;

/// <summary>Finds series again by a key, without building their labels each time. What does not fit any more is made anew.</summary>
internal sealed class SeriesCache<TKey, TSeries>(Func<TKey, TSeries> make)
    where TKey : notnull
{
    private const int MostKeys = 10_000;
    private readonly ConcurrentDictionary<TKey, TSeries> series = new();

    public TSeries Get(TKey key)
    {
        if (series.TryGetValue(key, out var known))
        {
            return known;
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
