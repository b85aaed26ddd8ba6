using Dapr;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Tells the sidecar to which topics the app subscribes.</summary>
public static class DaprEndpointRouteBuilderExtensions
{
    /// <summary>Maps <c>GET /dapr/subscribe</c>.</summary>
    public static IEndpointConventionBuilder MapSubscribeHandler(this IEndpointRouteBuilder endpoints) => endpoints.MapSubscribeHandler(new SubscribeOptions());

    /// <summary>Maps <c>GET /dapr/subscribe</c> with options for every topic.</summary>
    public static IEndpointConventionBuilder MapSubscribeHandler(this IEndpointRouteBuilder endpoints, SubscribeOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapGet("dapr/subscribe", context =>
        {
            var routes = context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
            var logger = context.RequestServices.GetService<ILoggerFactory>()?.CreateLogger("DaprTopicSubscription");
            return SubscriptionTable.WriteAsync(SubscriptionTable.Of(routes, options, logger), context.Response, context.RequestAborted);
        });
    }
}
