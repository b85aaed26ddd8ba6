using Library.Defaults.Auth;
using Library.Defaults.Web.Health;
using Library.Defaults.Web.Metrics;
using Library.Defaults.Web.Problems;
using Library.Defaults.Web.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Web;

/// <summary>How every service meets the web: one call before the app is built, one right after.</summary>
public static class WebParts
{
    /// <param name="builder">Of the service.</param>
    /// <param name="app">The app id, as in dapr.yaml.</param>
    /// <param name="isPublic">Clients call it themselves: no app token is asked of them, and /metrics is told only to who holds it.</param>
    public static void AddWeb(this WebApplicationBuilder builder, string app, bool isPublic = false)
    {
        builder.Configuration.AddEnvironmentVariables("LIBRARY_");
        var services = builder.Services;
        services.AddOptions<WebOptions>().BindConfiguration(WebOptions.Section).Configure(options => options.IsPublic = isPublic).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<AppToken>();
        services.ConfigureHttpJsonOptions(json => JsonRules.Apply(json.SerializerOptions));
        services.AddOpenApi(options => OpenApiRules.Apply(options, app));
        services.AddLimits();
        services.AddAuth();
        builder.AddLogs();

        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddExceptionHandler<Failures>();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);

        services.AddSingleton(provider => new Blink<HealthReport>(
            () => provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(CancellationToken.None),
            _ => provider.GetRequiredService<IOptions<WebOptions>>().Value.HealthFresh,
            provider.GetRequiredService<TimeProvider>()));
        services.AddHealthChecks().AddCheck<SidecarAnswers>("sidecar");
        services.AddOptions<HealthCheckServiceOptions>().PostConfigure<IOptions<WebOptions>>((checks, web) =>
        {
            foreach (var check in checks.Registrations)
            {
                check.Timeout = web.Value.HealthTime;
            }
        });

        services.AddSingleton<Meters>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<Traces>(provider, app));
    }

    /// <summary>The service is ready only while this state store answers. Several parts may need the same one.</summary>
    public static void AddStoreHealth(this IServiceCollection services, string store) =>
        services.Configure<HealthCheckServiceOptions>(checks =>
        {
            if (checks.Registrations.All(check => check.Name != store))
            {
                checks.Registrations.Add(new HealthCheckRegistration(store, provider => ActivatorUtilities.CreateInstance<StoreAnswers>(provider, store), failureStatus: null, tags: null));
            }
        });

    public static void MapWeb(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<WebOptions>>().Value;
        app.Use(RequestSpans.Name);
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        var token = app.Services.GetRequiredService<AppToken>();
        if (token.IsDemanded && !options.IsPublic)
        {
            app.Use(token.Demand);
        }

        app.UseAuth();
        app.UseRequestTimeouts();
        app.MapHealth();
        if (options.Metrics)
        {
            app.MapMetrics(options);
        }

        if (options.OpenApi && !options.IsPublic)
        {
            app.MapOpenApi("/openapi.json").WithMetadata(Untraced.Mark).OpenToAnyone();
        }
    }
}
