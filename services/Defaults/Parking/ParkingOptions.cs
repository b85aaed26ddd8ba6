using System.ComponentModel.DataAnnotations;

namespace Library.Defaults.Parking;

/// <summary>Section "Parking" of the configuration.</summary>
public sealed class ParkingOptions
{
    public const string Section = "Parking";

    /// <summary>Of a larger message only what names it is kept.</summary>
    [Range(1_024, 4_000_000)]
    public int MostBytes { get; set; } = 262_144;
}
