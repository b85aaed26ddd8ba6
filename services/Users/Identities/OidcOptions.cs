using System.ComponentModel.DataAnnotations;

namespace Library.Users.Identities;

/// <summary>Section "Identity" of the configuration. Nobody vouches for people but this house unless it says so.</summary>
internal sealed class OidcOptions
{
    public const string Section = "Identity";

    public IReadOnlyList<OidcHouse> Providers { get; set; } = [];

    /// <summary>After so long the keys of a provider are asked for again, when somebody logs in.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan KeysFresh { get; set; } = TimeSpan.FromHours(1);

    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>What is wrong, or null.</summary>
    public string? Wrong() => Providers.Select(house => house.Wrong()).FirstOrDefault(wrong => wrong is not null)
        ?? (Providers.DistinctBy(house => house.Issuer).Count() < Providers.Count ? "Identity:Providers names one Issuer twice." : null);
}

/// <summary>A provider of OpenID Connect.</summary>
internal sealed class OidcHouse
{
    /// <summary>As its tokens say it (iss).</summary>
    public string Issuer { get; set; } = "";

    /// <summary>Who we are there (aud).</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Where its keys are (JWKS); when it is not given, the provider's own description tells (/.well-known/openid-configuration).</summary>
    public Uri? Keys { get; set; }

    public string? Wrong() =>
        Issuer.Length == 0 || ClientId.Length == 0 ? "Every one of Identity:Providers needs an Issuer and a ClientId."
        : Keys is null ? (Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) && IsWeb(issuer) ? null : $"The Issuer {Issuer} of Identity:Providers is no http(s) address, so say with Keys where its keys are.")
        : IsWeb(Keys) ? null
        : $"The Keys of {Issuer} in Identity:Providers are no http(s) address.";

    private static bool IsWeb(Uri address) => address.IsAbsoluteUri && address.Scheme is "https" or "http";
}
