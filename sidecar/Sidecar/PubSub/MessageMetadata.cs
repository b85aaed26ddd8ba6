namespace Sidecar.PubSub;

/// <summary>
/// Tells a message that was published without a map of metadata from one with an empty map. Brokers that keep messages in memory hand
/// on which it was, and a bulk delivery shows it: null or {}.
/// </summary>
internal static class MessageMetadata
{
    public static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>();

    public static bool IsNone(IReadOnlyDictionary<string, string> metadata) => ReferenceEquals(metadata, None);
}
