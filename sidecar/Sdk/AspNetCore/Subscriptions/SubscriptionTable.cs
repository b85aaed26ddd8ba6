using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging;

namespace Dapr.AspNetCore;

/// <summary>What the endpoints of an app subscribe to, gathered by topic.</summary>
internal static partial class SubscriptionTable
{
    private const string Raw = "rawPayload";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static Task WriteAsync(IReadOnlyList<Subscription> subscriptions, HttpResponse response, CancellationToken cancellation) =>
        JsonSerializer.SerializeAsync(response.Body, subscriptions, Json, cancellation);

    public static IReadOnlyList<Subscription> Of(IEnumerable<RouteEndpoint> endpoints, SubscribeOptions? options, ILogger? logger) =>
        [.. endpoints
            .SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<ITopicMetadata>().Where(topic => topic.Name is not null).Select(topic => new Place(topic, endpoint)))
            .Distinct()
            .GroupBy(place => (place.Topic.PubsubName, place.Topic.Name))
            .OrderBy(places => places.Key.PubsubName, StringComparer.Ordinal)
            .ThenBy(places => places.Key.Name, StringComparer.Ordinal)
            .Select(places => Gather(places.Key.PubsubName, places.Key.Name, [.. places.OrderBy(place => place.Topic.Priority)], options, logger))];

    private static Subscription Gather(string pubsub, string topic, IReadOnlyList<Place> places, SubscribeOptions? options, ILogger? logger)
    {
        var ruled = places.Where(place => !string.IsNullOrEmpty(place.Topic.Match)).ToList();
        var others = places.Where(place => string.IsNullOrEmpty(place.Topic.Match)).ToList();
        if (logger is not null && others.Count > 1)
        {
            TwoDefaults(logger, topic, pubsub);
        }

        if (logger is not null && ruled.Zip(ruled.Skip(1)).Any(pair => pair.First.Topic.Priority == pair.Second.Topic.Priority))
        {
            EqualPriorities(logger, topic, pubsub);
        }

        var route = others.Count > 0 ? PathOf(others[0].Endpoint.RoutePattern) : null;
        return new Subscription(topic, pubsub)
        {
            Route = ruled.Count == 0 ? route : null,
            Routes = ruled.Count == 0 ? null : new SubscriptionRoutes(route, [.. ruled.Select(place => new SubscriptionRule(place.Topic.Match, PathOf(place.Endpoint.RoutePattern)))]),
            Metadata = MetadataOf(places, options),
            DeadLetterTopic = (places[0].Topic as IDeadLetterTopicMetadata)?.DeadLetterTopic,
            BulkSubscribe = places[0].Endpoint.Metadata.GetOrderedMetadata<IBulkSubscribeMetadata>()
                .Where(bulk => bulk.TopicName == topic)
                .Select(bulk => new SubscribedInBulk(true, bulk.MaxMessagesCount, bulk.MaxAwaitDurationMs))
                .FirstOrDefault(),
        };
    }

    private static Dictionary<string, string>? MetadataOf(IReadOnlyList<Place> places, SubscribeOptions? options)
    {
        var separator = places.Select(place => (place.Topic as IOwnedOriginalTopicMetadata)?.MetadataSeparator).FirstOrDefault(text => !string.IsNullOrEmpty(text)) ?? ",";
        var metadata = places
            .SelectMany(OwnedBy)
            .GroupBy(entry => entry.Name, StringComparer.Ordinal)
            .ToDictionary(entries => entries.Key, entries => string.Join(separator, entries.Select(entry => entry.Value).Distinct(StringComparer.Ordinal)), StringComparer.Ordinal);
        if (options?.EnableRawPayload == true || places.Any(place => (place.Topic as IRawTopicMetadata)?.EnableRawPayload == true))
        {
            metadata[Raw] = "true";
        }

        return metadata.Count == 0 ? null : metadata;
    }

    private static IEnumerable<IOriginalTopicMetadata> OwnedBy(Place place)
    {
        var owned = (place.Topic as IOwnedOriginalTopicMetadata)?.OwnedMetadatas;
        return place.Endpoint.Metadata.GetOrderedMetadata<IOriginalTopicMetadata>().Where(entry => string.IsNullOrEmpty(entry.Id) || owned?.Contains(entry.Id, StringComparer.Ordinal) == true);
    }

    private static string PathOf(RoutePattern pattern) =>
        string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Cast<RoutePatternLiteralPart>().Select(part => part.Content))));

    [LoggerMessage(LogLevel.Error, "A default subscription to topic {Topic} on pubsub {Pubsub} already exists.")]
    private static partial void TwoDefaults(ILogger logger, string topic, string pubsub);

    [LoggerMessage(LogLevel.Error, "A subscription to topic {Topic} on pubsub {Pubsub} has duplicate priorities.")]
    private static partial void EqualPriorities(ILogger logger, string topic, string pubsub);

    private sealed record Place(ITopicMetadata Topic, RouteEndpoint Endpoint);
}
