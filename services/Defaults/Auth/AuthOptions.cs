using System.ComponentModel.DataAnnotations;

namespace Library.Defaults.Auth;

/// <summary>Section "Auth" of the configuration: whose tokens count, and how they are checked.</summary>
public sealed class AuthOptions
{
    public const string Section = "Auth";

    [Required]
    public string Issuer { get; set; } = "library";

    [Required]
    public string Audience { get; set; } = "library";

    /// <summary>So far the issuer's clock may be from ours.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A fixed key set (JWKS) in place of the one that the service "user" tells.</summary>
    public string? Jwks { get; set; }

    /// <summary>After so long the keys are asked for again, when a request comes: one that was withdrawn is then known no more.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan KeysFresh { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>So many verified tokens are remembered until they end.</summary>
    [Range(0, 1_000_000)]
    public int MostRemembered { get; set; } = 10_000;

    /// <summary>For so long tokens are taken although the store that tells which sessions have ended does not answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan SessionsUnknown { get; set; } = TimeSpan.FromSeconds(10);
}
