namespace Sidecar.PubSub.Delivery;

/// <summary>What a delivery adds to the metadata that came from the broker.</summary>
internal static class DeliveryMetadata
{
    public const string PubSub = "pubsubName";
    public const string ContentType = "content-type";

    public static IReadOnlyDictionary<string, string> Of(BrokerMessage message, string pubsub)
    {
        var metadata = new Dictionary<string, string>(message.Metadata, StringComparer.Ordinal) { [PubSub] = pubsub };
        if (message.ContentType is { } contentType)
        {
            metadata[ContentType] = contentType;
        }

        return metadata;
    }
}
