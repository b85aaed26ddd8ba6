using System.Text;
using System.Text.Json;
using Dapr.Client;
using Library.Contracts.Users;
using Library.Defaults.Auth.Keys;
using Library.Defaults.Auth.Sessions;
using Library.Defaults.Auth.Tokens;
using Library.Defaults.Deliveries;
using Library.Defaults.Hosting;
using Library.Defaults.Stores;
using Library.Defaults.ViewStores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Auth;

/// <summary>The check of tokens, part of every service.</summary>
internal static class AuthParts
{
    public static void AddAuth(this IServiceCollection services)
    {
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section).ValidateDataAnnotations()
            .Validate(options => options.Jwks is not { } jwks || KeySet.Read(Encoding.UTF8.GetBytes(jwks)) is not null, "Auth:Jwks is no set of keys with one or more of ES256, each with a kid of its own.")
            .ValidateOnStart();
        services.TryAddSingleton<KeysSource>(provider => ActivatorUtilities.CreateInstance<ToldKeys>(provider).Read);
        services.AddSingleton<KeyRing>().AddSingleton<RememberedTokens>().AddSingleton<TokenVerifier>().AddSingleton<Guard>();
        services.AddSingleton<EveryRouteHasRule>();
        services.AddHostedService(provider => provider.GetRequiredService<EveryRouteHasRule>());
    }

    /// <param name="library">The service.</param>
    /// <param name="store">Where it keeps which sessions have ended: of the command class, or an ended session would come to life again.</param>
    public static void AddEndedSessions(this LibraryBuilder library, string store)
    {
        library.Services.TryAddSingleton(provider => new EndedStore(
            new DaprDocuments(provider.GetRequiredService<DaprClient>(), store, provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<IOptions<AuthOptions>>(), provider.GetRequiredService<TimeProvider>()));
        library.Services.TryAddSingleton<SessionWatch>();
    }

    public static void UseAuth(this WebApplication app)
    {
        app.Services.GetRequiredService<EveryRouteHasRule>().Routes = app;
        app.Use(app.Services.GetRequiredService<Guard>().Check);
    }

    public static void MapEndedSessions(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<SessionWatch>() is { } watch)
        {
            routes.MapDelivery(SessionsEnded.Topic, (delivery, _, cancellation) => watch.End(delivery.Data.Deserialize<SessionsEnded>(StoredJson.Options) ?? throw new JsonException("null ends no session."), cancellation));
        }
    }
}
