#nullable disable
using Dapr.AspNetCore;

namespace Microsoft.AspNetCore.Authentication;

/// <summary>Lets an app know its sidecar.</summary>
public static class DaprAuthenticationBuilderExtensions
{
    /// <summary>Adds the scheme <c>Dapr</c> with the token of the environment.</summary>
    public static AuthenticationBuilder AddDapr(this AuthenticationBuilder builder) => builder.AddDapr(null);

    /// <summary>Adds the scheme <c>Dapr</c>.</summary>
    public static AuthenticationBuilder AddDapr(this AuthenticationBuilder builder, Action<DaprAuthenticationOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddScheme<DaprAuthenticationOptions, DaprAuthenticationHandler>(DaprAuthenticationOptions.Scheme, configureOptions);
    }
}
