#nullable disable
namespace Dapr;

/// <summary>A subscription of an endpoint.</summary>
public class TopicOptions
{
    /// <summary>Metadata of the subscription.</summary>
    public IDictionary<string, string> Metadata;

    /// <summary>The topic.</summary>
    public string Name { get; set; }

    /// <summary>The pub/sub component.</summary>
    public string PubsubName { get; set; }

    /// <summary>Whether messages come without an envelope.</summary>
    public bool EnableRawPayload { get; set; }

    /// <summary>An expression that messages must meet; null for all others.</summary>
    public string Match { get; set; }

    /// <summary>The order in which expressions are tried.</summary>
    public int Priority { get; set; }

    /// <summary>The ids of the metadata that belongs to the topic.</summary>
    public string[] OwnedMetadatas { get; set; }

    /// <summary>What stands between many values of a name.</summary>
    public string MetadataSeparator { get; set; }

    /// <summary>Where messages go that cannot be handled.</summary>
    public string DeadLetterTopic { get; set; }
}

/// <summary>How topics are subscribed to.</summary>
public class SubscribeOptions
{
    /// <summary>Whether messages of every topic come without an envelope.</summary>
    public bool EnableRawPayload { get; set; }
}
