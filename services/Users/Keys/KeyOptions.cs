using System.ComponentModel.DataAnnotations;

namespace Library.Users.Keys;

/// <summary>Section "Keys" of the configuration.</summary>
internal sealed class KeyOptions
{
    public const string Section = "Keys";

    /// <summary>A key signs for so long.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan Every { get; set; } = TimeSpan.FromDays(30);

    /// <summary>A key is told for so long before it signs.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Lead { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>So old may be what a replica knows of the keys when it signs.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Fresh { get; set; } = TimeSpan.FromSeconds(1);
}
