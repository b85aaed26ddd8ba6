using Library.Defaults.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Library.Defaults.Web.Metrics;

internal static class MetricsEndpoints
{
    /// <summary>On a public port only who holds the app token is told; for everybody else there is no such address.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes, WebOptions options)
    {
        var meters = routes.ServiceProvider.GetRequiredService<Meters>();
        routes.MapGet("/metrics", (HttpContext http, AppToken token) =>
                options.IsPublic && !token.IsShownBy(http.Request) ? Results.NotFound() : Results.Text(meters.Tell(), "text/plain; version=0.0.4; charset=utf-8"))
            .OpenToAnyone()
            .WithMetadata(OpenToAll.Mark, Telemetry.Untraced.Mark)
            .ExcludeFromDescription();
    }
}
