using Dapr;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Unwraps CloudEvents before they reach their endpoints.</summary>
public static class DaprApplicationBuilderExtensions
{
    /// <summary>Unwraps CloudEvents.</summary>
    public static IApplicationBuilder UseCloudEvents(this IApplicationBuilder builder) => builder.UseCloudEvents(new CloudEventsMiddlewareOptions());

    /// <summary>Unwraps CloudEvents as the options say.</summary>
    public static IApplicationBuilder UseCloudEvents(this IApplicationBuilder builder, CloudEventsMiddlewareOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UseMiddleware<CloudEventsMiddleware>(options);
    }
}
