using System.ComponentModel.DataAnnotations;
using Library.Defaults.Projections;

namespace Library.Defaults.Rebuild;

/// <summary>Section "Rebuild" of the configuration.</summary>
public sealed class RebuildOptions
{
    public const string Section = "Rebuild";

    /// <summary>Another replica goes on with a build whose beat stands still for so long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How often progress is written down, which is the beat.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan Beat { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>So long one can go back to the generation before a switch; until then every fact is applied to both.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan KeepPrevious { get; set; } = TimeSpan.FromHours(1);

    internal TimeSpan Kept => KeepPrevious > GenerationDocument.Settled ? KeepPrevious : GenerationDocument.Settled;

    /// <summary>Facts that are applied at the same time.</summary>
    [Range(1, 64)]
    public int Parallel { get; set; } = 8;
}
