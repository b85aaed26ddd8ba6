using Library.Defaults.Auth;
using Library.Defaults.Facts;
using Library.Defaults.Idempotency;
using Library.Defaults.Outbox;
using Library.Defaults.Parking;
using Library.Defaults.Stores;
using Library.Defaults.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Library.Defaults.Hosting;

/// <summary>What a service needs that decides and publishes.</summary>
public static class WritingParts
{
    /// <summary>Aggregates of this kind are kept in the service's store, and shown to others as <typeparamref name="TPublished"/>.</summary>
    public static LibraryBuilder Keeps<T, TPublished>(this LibraryBuilder library, Schema<T> schema, Func<T, TPublished> show)
        where T : class
        where TPublished : class
    {
        library.Services.AddSingleton(schema);
        library.Services.AddSingleton<Documents<T>>();
        library.Services.AddSingleton(PublishedState.Of(schema, show));
        return library;
    }

    public static LibraryBuilder AddWriting(this LibraryBuilder library)
    {
        var services = library.Services;
        services.AddOptions<OutboxOptions>().BindConfiguration("Outbox").ValidateDataAnnotations().ValidateOnStart();
        library.AddParking(library.Names.Store);
        library.AddEndedSessions(library.Names.Store);
        services.AddStoreHealth(library.Names.Store);
        services.AddSingleton<CommandStore>();
        services.AddSingleton<Claims>();

        services.AddSingleton<PublishedStates>();
        services.AddSingleton<Entries>();
        services.AddSingleton<PlaceDocuments>();
        services.AddSingleton<Publisher>();
        services.AddSingleton<TakeOver>();
        services.AddSingleton<Places>();
        services.AddSingleton<Transactions>();
        services.AddHostedService<Watch>();
        services.AddSingleton<WrittenFacts>();

        services.AddScoped(provider => new Commit(provider.GetRequiredService<Transactions>()));
        services.AddScoped<IdempotencyKey>();
        return library;
    }

    internal static void MapWriting(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<WrittenFacts>() is not null)
        {
            routes.MapFacts();
            routes.MapParking();
        }
    }
}
