using Dapr.AspNetCore;

namespace Microsoft.AspNetCore.Authorization;

/// <summary>Lets endpoints be for the sidecar alone.</summary>
public static class DaprAuthorizationOptionsExtensions
{
    /// <summary>Adds a policy that only the sidecar meets.</summary>
    public static void AddDapr(this AuthorizationOptions options, string name = "Dapr")
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AddPolicy(name, policy => policy.AddAuthenticationSchemes(DaprAuthenticationOptions.Scheme).RequireAuthenticatedUser());
    }
}
