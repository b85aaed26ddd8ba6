namespace Sidecar.Http;

public delegate ValueTask ApiHandler(HttpCall call);

/// <summary>
/// One endpoint of the HTTP API. The template follows the version and may hold <c>{name}</c> for one segment and end in
/// <c>{*name}</c> for the rest. <see cref="Group"/> is the word by which configuration allows or denies an API.
/// </summary>
public sealed record ApiRoute(string Methods, string Version, string Template, string Group, ApiHandler Handler)
{
    /// <summary>Probes are neither traced nor logged nor asked for a token.</summary>
    public bool IsHealthCheck { get; init; }

    /// <summary>Also served on the public port.</summary>
    public bool IsPublic { get; init; }

    public string Name { get; } = $"/{Version}/{Template}";
}
