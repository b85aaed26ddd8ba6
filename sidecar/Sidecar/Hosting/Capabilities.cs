using Sidecar.PubSub;
using Sidecar.Secrets;
using Sidecar.State;

namespace Sidecar.Hosting;

/// <summary>What components can do, in the words of Dapr's metadata.</summary>
internal static class Capabilities
{
    private static readonly (StateFeatures Feature, string Word)[] States =
    [
        (StateFeatures.ETag, "ETAG"), (StateFeatures.Transactional, "TRANSACTIONAL"), (StateFeatures.Ttl, "TTL"), (StateFeatures.DeleteWithPrefix, "DELETE_WITH_PREFIX"),
        (StateFeatures.KeysLike, "KEYS_LIKE"), (StateFeatures.QueryApi, "QUERY_API"),
    ];

    private static readonly (PubSubFeatures Feature, string Word)[] PubSubs =
    [
        (PubSubFeatures.MessageTtl, "MESSAGE_TTL"), (PubSubFeatures.SubscribeWildcards, "SUBSCRIBE_WILDCARDS"), (PubSubFeatures.BulkPublish, "BULK_PUBSUB"),
    ];

    public static IReadOnlyList<string> OfInputBinding { get; } = ["INPUT_BINDING"];

    public static IReadOnlyList<string> Of(StateFeatures features)
    {
        var words = States.Where(state => features.HasFlag(state.Feature)).Select(state => state.Word).ToList();
        if (features.HasFlag(StateFeatures.ETag | StateFeatures.Transactional))
        {
            words.Add("ACTOR");
        }

        return words;
    }

    public static IReadOnlyList<string> Of(PubSubFeatures features) => [.. PubSubs.Where(pubSub => features.HasFlag(pubSub.Feature)).Select(pubSub => pubSub.Word)];

    public static IReadOnlyList<string> Of(ISecretStore store) => store.MultipleKeyValuesPerSecret ? ["MULTIPLE_KEY_VALUES_PER_SECRET"] : [];
}
