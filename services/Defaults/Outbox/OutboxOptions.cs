using System.ComponentModel.DataAnnotations;

namespace Library.Defaults.Outbox;

public sealed class OutboxOptions
{
    /// <summary>More than there are replicas. It may grow; it must not shrink below a place that was used.</summary>
    [Range(1, 64)]
    public int Places { get; set; } = 4;

    [Range(1, 4096)]
    public int Block { get; set; } = 64;

    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan Beat { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a beat must stand still on the watcher's own clock.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(6);

    public TimeSpan QuietAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often an idle process looks for places whose holder died.</summary>
    public TimeSpan LookAround { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a command waits to learn whether its transaction has happened, before it answers 503.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stopping process goes on publishing what is committed.</summary>
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(5);

    [Range(1, 1024)]
    public int InFlight { get; set; } = 64;

    /// <summary>Beyond so many waiting messages their content is forgotten and made anew when their turn comes.</summary>
    [Range(0, int.MaxValue)]
    public int Remembered { get; set; } = 4096;
}
