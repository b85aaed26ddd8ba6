using System.Text.Json;
using Library.Contracts;
using Library.Defaults.Deliveries;
using Library.Defaults.Hosting;
using Library.Defaults.Lag;
using Library.Defaults.Parking;
using Library.Defaults.ReadYourWrites;
using Library.Defaults.Rebuild;
using Library.Defaults.Stores;
using Library.Defaults.ViewStores;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Projections;

/// <summary>How a projection gets into a query service, and facts to the projection.</summary>
internal static class ProjectionParts
{
    public static void AddViews<TView>(this LibraryBuilder library, ViewProjection<TView> projection)
        where TView : class
    {
        AddRun(library, projection);
        library.Services.AddSingleton(services => new Views<TView>(
            projection, services.GetRequiredService<ViewDocuments>().Documents, services.GetRequiredKeyedService<ProjectionRun>(projection.Name).Generations));
    }

    public static void AddGathered<TEntry>(this LibraryBuilder library, GatheredProjection<TEntry> projection)
        where TEntry : class
    {
        AddRun(library, projection);
        library.Services.AddSingleton(services => new Gathered<TEntry>(
            projection, services.GetRequiredService<ViewDocuments>().Documents, services.GetRequiredKeyedService<ProjectionRun>(projection.Name).Generations));
    }

    /// <summary>Subscribes to all facts that the projections want, and answers for how far they are.</summary>
    public static void MapProjections(this IEndpointRouteBuilder routes)
    {
        var runs = routes.ServiceProvider.GetServices<ProjectionRun>().ToList();
        foreach (var topic in runs.SelectMany(run => run.Projection.Topics).Distinct())
        {
            var wanted = runs.Where(run => run.Projection.Topics.Contains(topic)).ToList();
            routes.MapDelivery(topic, async (delivery, _, cancellation) =>
            {
                foreach (var run in wanted)
                {
                    await run.Take(topic, delivery.Data, cancellation);
                }
            });
        }

        foreach (var source in runs.GroupBy(run => run.Projection.Source))
        {
            routes.MapDelivery(PlacePublished.TopicOf(source.Key), (delivery, _, _) =>
            {
                var message = delivery.Data.Deserialize<PlacePublished>(StoredJson.Options)!;
                source.ToList().ForEach(run => run.Lag.Published(message));
                return Task.CompletedTask;
            });
        }

        routes.MapProjectionRoutes();
    }

    private static void AddRun(LibraryBuilder library, Projection projection)
    {
        var services = library.Services;
        services.AddKeyedSingleton(projection.Name, (provider, _) => Make(provider, projection));
        services.AddSingleton(provider => provider.GetRequiredKeyedService<ProjectionRun>(projection.Name));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<ProjectionRun>(projection.Name).Rebuilding);
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<ProjectionRun>(projection.Name).Sharing);
        services.AddHealthChecks().Add(new(projection.Name, provider => new ProjectionAnswers(provider.GetRequiredKeyedService<ProjectionRun>(projection.Name).Generations), failureStatus: null, tags: null));
    }

    private static ProjectionRun Make(IServiceProvider provider, Projection projection)
    {
        var documents = provider.GetRequiredService<ViewDocuments>().Documents;
        var time = provider.GetRequiredService<TimeProvider>();
        var generations = new Generations(documents, projection.Name, provider.GetRequiredService<IOptions<RebuildOptions>>().Value.Kept, time);
        return new ProjectionRun(
            projection, documents, generations,
            ActivatorUtilities.CreateInstance<Rebuilding>(provider, projection, documents, generations),
            ActivatorUtilities.CreateInstance<ProjectionLag>(provider, projection, documents, generations),
            provider.GetRequiredService<Arrivals>(), provider.GetRequiredService<ParkedMessages>(), time);
    }
}

/// <summary>The documents of this service's views, beside those of its parked messages.</summary>
internal sealed record ViewDocuments(IDocuments Documents);
