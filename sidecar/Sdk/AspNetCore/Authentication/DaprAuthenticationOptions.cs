#nullable disable
using Microsoft.AspNetCore.Authentication;

namespace Dapr.AspNetCore;

/// <summary>Which token the sidecar must show to the app.</summary>
public class DaprAuthenticationOptions : AuthenticationSchemeOptions
{
    internal const string Scheme = "Dapr";

    /// <summary>The token; the one of the environment unless told otherwise.</summary>
    public string Token { get; set; } = DaprDefaults.GetDefaultAppApiToken(null);
}
