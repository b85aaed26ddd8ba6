#nullable disable
namespace Dapr;

/// <summary>The topic that an endpoint handles.</summary>
public interface ITopicMetadata
{
    /// <summary>The topic.</summary>
    string Name { get; }

    /// <summary>The pub/sub component.</summary>
    string PubsubName { get; }

    /// <summary>An expression that messages must meet; null for all others.</summary>
    string Match { get; }

    /// <summary>The order in which expressions are tried.</summary>
    int Priority { get; }
}

/// <summary>Whether messages of a topic come without an envelope.</summary>
public interface IRawTopicMetadata
{
    /// <summary>Whether they do.</summary>
    bool? EnableRawPayload { get; }
}

/// <summary>Where messages of a topic go that cannot be handled.</summary>
public interface IDeadLetterTopicMetadata
{
    /// <summary>The topic.</summary>
    string DeadLetterTopic { get; }
}

/// <summary>Metadata of a subscription.</summary>
public interface IOriginalTopicMetadata
{
    /// <summary>By which topics refer to it; null for all of the endpoint's.</summary>
    string Id { get; }

    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Its value.</summary>
    string Value { get; }
}

/// <summary>Which metadata belongs to a topic.</summary>
public interface IOwnedOriginalTopicMetadata
{
    /// <summary>The ids of the metadata.</summary>
    string[] OwnedMetadatas { get; }

    /// <summary>What stands between many values of a name.</summary>
    string MetadataSeparator { get; }
}
