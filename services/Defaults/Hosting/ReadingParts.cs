using Dapr.Client;
using Library.Defaults.Auth;
using Library.Defaults.Parking;
using Library.Defaults.Projections;
using Library.Defaults.ReadYourWrites;
using Library.Defaults.Rebuild;
using Library.Defaults.ViewStores;
using Library.Defaults.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Library.Defaults.Hosting;

/// <summary>What a service needs that projects facts and answers questions.</summary>
public static class ReadingParts
{
    public static LibraryBuilder AddReading(this LibraryBuilder library)
    {
        var (services, names) = (library.Services, library.Names);
        library.AddParking(names.Parked);
        library.AddEndedSessions(names.Parked);
        services.AddStoreHealth(names.Store);
        services.AddStoreHealth(names.Parked);
        services.AddOptions<RebuildOptions>().BindConfiguration(RebuildOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ReadYourWritesOptions>().BindConfiguration(ReadYourWritesOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Arrivals>();
        services.AddSingleton<Patience>();
        services.AddSingleton<InvokedFacts>();
        services.AddSingleton<FactsSource>(provider => provider.GetRequiredService<InvokedFacts>().Read);
        services.AddSingleton(provider => new ViewDocuments(new DaprDocuments(provider.GetRequiredService<DaprClient>(), names.Store, provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton<ProjectionMetrics>();
        return library;
    }

    /// <summary>Adds a projection, and with it Views of its views.</summary>
    public static LibraryBuilder Projects<TView>(this LibraryBuilder library, ViewProjection<TView> projection)
        where TView : class
    {
        library.AddViews(projection);
        return library;
    }

    /// <summary>Adds a projection whose documents are made of many aggregates, and with it Gathered of their entries.</summary>
    public static LibraryBuilder Projects<TEntry>(this LibraryBuilder library, GatheredProjection<TEntry> projection)
        where TEntry : class
    {
        library.AddGathered(projection);
        return library;
    }

    internal static void MapReading(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<ViewDocuments>() is not null)
        {
            routes.MapProjections();
            routes.MapParking();
        }
    }
}
