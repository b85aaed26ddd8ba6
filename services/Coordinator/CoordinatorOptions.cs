using System.ComponentModel.DataAnnotations;

namespace Library.Coordinator;

/// <summary>Section "Coordinator" of the configuration.</summary>
internal sealed class CoordinatorOptions
{
    public const string Section = "Coordinator";

    /// <summary>A client that waits for the outcome is answered after so long at the latest; the gateway waits longer.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:25")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A registration that is not decided by then is undone. A credential that nobody took up is forgotten after an hour, so it must be less.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:50:00")]
    public TimeSpan RegistrationTime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>For users to take a password over, with the hashing and its queue.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:25")]
    public TimeSpan HandOverTime { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>How long users are spared when half of the last calls got no answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:10:00")]
    public TimeSpan HandOverBreak { get; set; } = TimeSpan.FromSeconds(5);
}
