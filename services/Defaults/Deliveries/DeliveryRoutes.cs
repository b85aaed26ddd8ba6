using Dapr;
using Library.Defaults.Auth;
using Library.Defaults.Hosting;
using Library.Defaults.Parking;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Library.Defaults.Deliveries;

public static class DeliveryRoutes
{
    // Whatever a sidecar may hand over: a message refused for its size would come back without end.
    private const long MostBytes = 64 * 1024 * 1024;

    /// <summary>Subscribes to a topic. What the handler throws decides between "later" and "never": <see cref="Trouble"/>.</summary>
    public static void MapDelivery(this IEndpointRouteBuilder routes, string topic, DeliveryHandler handler)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<Handlers>().Add(topic, handler);
        Subscribe(routes, new TopicOptions { Name = topic, DeadLetterTopic = services.GetRequiredService<ServiceNames>().DeadLetters }, async (HttpContext http, Answering answering) =>
            await answering.Answer(await Delivery.Read(http.Request, topic, http.RequestAborted), handler, http.RequestAborted));
    }

    /// <summary>What nobody could handle ends here, and is never dead-lettered again.</summary>
    internal static void MapDeadLetters(this IEndpointRouteBuilder routes)
    {
        var topic = routes.ServiceProvider.GetRequiredService<ServiceNames>().DeadLetters;
        Subscribe(routes, new TopicOptions { Name = topic }, async (HttpContext http, Answering answering, ParkedMessages parked) =>
            await answering.Answer(await Delivery.Read(http.Request, topic, http.RequestAborted), (delivery, _, cancellation) => parked.Complete(delivery, cancellation), http.RequestAborted));
    }

    private static void Subscribe(IEndpointRouteBuilder routes, TopicOptions topic, Delegate handler)
    {
        topic.PubsubName = ServiceNames.PubSub;
        routes.MapPost($"/deliveries/{topic.Name}", handler).ForSidecar().WithTopic(topic).WithMetadata(new RequestSizeLimitAttribute(MostBytes)).ExcludeFromDescription();
    }
}
