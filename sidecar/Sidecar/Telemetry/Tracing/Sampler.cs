using System.Globalization;

namespace Sidecar.Telemetry.Tracing;

/// <summary>Takes a share of the traces that begin here, by their id: every sidecar that sees a trace decides alike.</summary>
public readonly record struct Sampler
{
    private const double RateWhenAbsent = 0.0001;
    private readonly ulong bound;

    private Sampler(double rate)
    {
        IsOff = rate == 0;
        bound = rate >= 1 ? ulong.MaxValue : rate > 0 ? (ulong)(rate * (1UL << 63)) : 0;
    }

    /// <summary>The rate is exactly 0.</summary>
    public bool IsOff { get; }

    public static Sampler Parse(string rate) =>
        new(double.TryParse(rate, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : RateWhenAbsent);

    public bool Takes(UInt128 traceId) => (ulong)traceId >> 1 < bound;
}
