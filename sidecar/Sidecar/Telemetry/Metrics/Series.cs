namespace Sidecar.Telemetry.Metrics;

/// <summary>A number that only grows, or one that is set; adding to it is one interlocked instruction.</summary>
public sealed class Counter
{
    private long value;

    public long Value => Interlocked.Read(ref value);

    public void Add(long amount = 1) => Interlocked.Add(ref value, amount);

    public void Set(long amount) => Interlocked.Exchange(ref value, amount);
}

/// <summary>How often values fell below each bound. A value on a bound belongs above it, as Dapr counts.</summary>
public sealed class Histogram(double[] bounds)
{
    private readonly long[] counts = new long[bounds.Length + 1];
    private double sum;

    public IReadOnlyList<double> Bounds => bounds;

    public double Sum => Volatile.Read(ref sum);

    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Length && value >= bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref counts[bucket]);
        var before = sum;
        while (value != 0)
        {
            var seen = Interlocked.CompareExchange(ref sum, before + value, before);
            if (seen.Equals(before))
            {
                break;
            }

            before = seen;
        }
    }

    /// <summary>Observations in that bucket; the last one has no bound.</summary>
    public long Count(int bucket) => Interlocked.Read(ref counts[bucket]);
}
