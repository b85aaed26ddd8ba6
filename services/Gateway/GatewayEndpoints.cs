using System.Text.Json.Nodes;
using Library.Defaults.Auth;
using Library.Defaults.Lists;
using Library.Defaults.Web;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Library.Gateway;

internal static class GatewayEndpoints
{
    private const long MostGathered = 8 * 1024 * 1024;
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(2);

    /// <param name="services">Of the gateway.</param>
    /// <param name="invocation">Turns http://APP/PATH into a call of the sidecar.</param>
    public static void AddGateway(this IServiceCollection services, DelegatingHandler invocation)
    {
        // Nothing of one client is kept for the next, and what a service answers is passed on, not acted upon.
        invocation.InnerHandler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = ConnectTime };
        services.AddSingleton(new HttpClient(invocation) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostGathered });
        services.AddSingleton<Crowd>().AddSingleton<Forwarder>().AddSingleton<Apps>().AddSingleton<Gathering>().AddSingleton<Description>();
        services.AddSingleton(provider =>
        {
            var description = provider.GetRequiredService<Description>();
            return new Blink<JsonObject>(description.Find, description.Fresh, provider.GetRequiredService<TimeProvider>());
        });
        foreach (var app in Routes.Apps)
        {
            services.AddHealthChecks().Add(new HealthCheckRegistration(app, provider => ActivatorUtilities.CreateInstance<ServiceAnswers>(provider, app), failureStatus: null, tags: null));
        }
    }

    public static void MapGateway(this WebApplication app)
    {
        app.BelieveProxies(app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.TrustedProxies);
        app.Use(app.Services.GetRequiredService<Crowd>().Admit);
        // Nothing is decided here: the token goes along, and each service keeps its own rules.
        foreach (var route in Routes.All)
        {
            app.MapMethods(route.PublicPath, [route.Method], (RequestDelegate)(http => Forward(http, route))).OpenToAnyone().DisableRequestTimeout().ExcludeFromDescription();
        }

        app.MapGet("/openapi.json", async (Blink<JsonObject> description) => TypedResults.Json(await description.Ask())).OpenToAnyone().ExcludeFromDescription();
        app.MapGet("/api/parked", (Gathering all, HttpContext http, string? after, int limit = ListQuery.DefaultLimit) => all.Gather("/parked", limit, after, http))
            .CheckedBehind(Roles.Operator, Roles.Admin).Produces<Gathered>().WithSummary("Messages that no handler could take, of all services");
        app.MapPost("/api/parked/{id}/replay", Replay).CheckedBehind(Roles.Operator, Roles.Admin).DisableRequestTimeout().WithSummary("Gives a parked message to its handler once more");
        app.MapGet("/api/projections", (Gathering all, HttpContext http) => all.Gather("/projections", ListQuery.DefaultLimit, null, http))
            .CheckedBehind(Roles.Operator, Roles.Admin).Produces<Gathered>().WithSummary("How far the views are, and their rebuilds");
    }

    private static Task Forward(HttpContext http, Route route) => route.PathFor(http.Request.RouteValues) is { } path
        ? http.RequestServices.GetRequiredService<Forwarder>().Forward(http, route.App, path)
        : Results.NotFound().ExecuteAsync(http);

    private static Task Replay(string id, HttpContext http, [FromServices] Forwarder forwarder) =>
        id.Split('~', 2) is [var app, var their] && Routes.Apps.Contains(app) && Route.IsPlain(their)
            ? forwarder.Forward(http, app, $"/parked/{their}/replay")
            : Results.NotFound().ExecuteAsync(http);
}
