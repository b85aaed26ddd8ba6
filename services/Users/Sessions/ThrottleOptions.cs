using System.ComponentModel.DataAnnotations;

namespace Library.Users.Sessions;

/// <summary>Section "Throttle" of the configuration.</summary>
internal sealed class ThrottleOptions
{
    public const string Section = "Throttle";

    /// <summary>So many wrong passwords of one user from one address cost no waiting; behind them each doubles it.</summary>
    [Range(1, 1_000)]
    public int Free { get; set; } = 5;

    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan FirstWait { get; set; } = TimeSpan.FromSeconds(1);

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Wrong passwords of one address, of whatever users: so many at once, and one more in each <see cref="AddressPause"/>.</summary>
    [Range(1, 100_000)]
    public int OfAddress { get; set; } = 60;

    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan AddressPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>So many users and addresses are remembered; of more the ones that have been quiet longest are forgotten.</summary>
    [Range(100, 10_000_000)]
    public int Remembered { get; set; } = 50_000;
}
