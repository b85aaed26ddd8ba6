namespace Sidecar.PubSub.Subscriptions;

/// <summary>Pauses that grow by half each time, from half a second to a minute, each up to a half longer or shorter.</summary>
internal sealed class Backoff
{
    private const double Longest = 60;
    private double seconds = 0.5;

    public TimeSpan Next()
    {
        var pause = seconds;
        seconds = Math.Min(seconds * 1.5, Longest);
        return TimeSpan.FromSeconds(pause * (0.5 + Random.Shared.NextDouble()));
    }
}
