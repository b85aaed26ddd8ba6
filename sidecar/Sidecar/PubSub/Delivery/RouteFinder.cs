using Sidecar.PubSub.Subscriptions;

namespace Sidecar.PubSub.Delivery;

/// <summary>Finds the path for an event: the first rule that takes it.</summary>
internal static class RouteFinder
{
    /// <summary>Null when no rule takes it. Throws <see cref="DeliveryException"/> when a rule makes no sense for it, even if a later one would.</summary>
    public static Route? Find(Subscription subscription, ReceivedEvent received) => Find(subscription, received, static received => received.Tree());

    /// <summary>In a bulk delivery the rules of a raw subscription see the bytes as a text.</summary>
    public static Route? FindRaw(Subscription subscription, BrokerMessage message) =>
        Find(subscription, message, static message => System.Text.Encoding.UTF8.GetString(message.Data.Span));

    private static Route? Find<T>(Subscription subscription, T source, Func<T, object?> read)
    {
        for (var i = 0; i < subscription.Routes.Count; i++)
        {
            var route = subscription.Routes[i];
            if (route.Match is null)
            {
                return route;
            }

            if (!route.Match.TryMatch(read(source), out var matches, out var problem))
            {
                throw new DeliveryException($"error finding matching route: {problem}");
            }

            if (matches)
            {
                return route;
            }
        }

        return null;
    }
}
