using System.ComponentModel.DataAnnotations;

namespace Library.Defaults.ReadYourWrites;

/// <summary>Section "ReadYourWrites" of the configuration.</summary>
public sealed class ReadYourWritesOptions
{
    public const string Section = "ReadYourWrites";

    /// <summary>So long a question waits for the version that it asks for.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:20")]
    public TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The first pause before it looks again, in case the fact went to another replica. Every further one is twice as long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:00:05")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(50);
}
