namespace Sidecar.Resiliency;

/// <summary>How often and how soon a failed call is tried again.</summary>
public sealed record RetryRule
{
    private const double Growth = 1.5;
    private const double Spread = 0.5;

    public bool IsExponential { get; init; }

    /// <summary>The pause of a constant policy.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The first pause of an exponential policy.</summary>
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>An exponential policy ends when the next try would come later than this.</summary>
    public TimeSpan MaxElapsed { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Tries after the first one; negative for any number.</summary>
    public int MaxRetries { get; init; } = -1;

    public StatusRanges Matching { get; init; } = StatusRanges.All;

    /// <summary>The pause before try <paramref name="retry"/> (0 for the first repetition), or null when it was enough.</summary>
    public TimeSpan? Delay(int retry, TimeSpan elapsed, double random)
    {
        if (MaxRetries >= 0 && retry >= MaxRetries)
        {
            return null;
        }

        if (!IsExponential)
        {
            return Duration > TimeSpan.Zero ? Duration : TimeSpan.Zero;
        }

        var interval = Math.Min(InitialInterval.TotalSeconds * Math.Pow(Growth, Math.Min(retry, 100)), MaxInterval.TotalSeconds);
        var delay = TimeSpan.FromSeconds(interval * (1 - Spread + (2 * Spread * random)));
        return elapsed + delay > MaxElapsed ? null : delay;
    }
}
