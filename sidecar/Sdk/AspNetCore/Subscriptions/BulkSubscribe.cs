namespace Dapr.AspNetCore;

/// <summary>A topic whose messages come many at a time.</summary>
public interface IBulkSubscribeMetadata
{
    /// <summary>How many at most.</summary>
    int MaxMessagesCount { get; }

    /// <summary>How long to wait for more.</summary>
    int MaxAwaitDurationMs { get; }

    /// <summary>The topic.</summary>
    string TopicName { get; }
}

/// <summary>Has messages of a topic come many at a time.</summary>
[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
public class BulkSubscribeAttribute : Attribute, IBulkSubscribeMetadata
{
    /// <summary>At most so many, after at most so long.</summary>
    public BulkSubscribeAttribute(string topicName, int maxMessagesCount, int maxAwaitDurationMs)
        : this(topicName, maxMessagesCount) => MaxAwaitDurationMs = maxAwaitDurationMs;

    /// <summary>At most so many.</summary>
    public BulkSubscribeAttribute(string topicName, int maxMessagesCount)
        : this(topicName) => MaxMessagesCount = maxMessagesCount;

    /// <summary>At most a hundred, after at most a second.</summary>
    public BulkSubscribeAttribute(string topicName) => TopicName = topicName;

    /// <inheritdoc/>
    public int MaxMessagesCount { get; } = 100;

    /// <inheritdoc/>
    public int MaxAwaitDurationMs { get; } = 1000;

    /// <inheritdoc/>
    public string TopicName { get; }
}

/// <summary>A topic whose messages come many at a time.</summary>
public class BulkSubscribeTopicOptions
{
    /// <summary>How many at most.</summary>
    public int MaxMessagesCount { get; set; } = 100;

    /// <summary>How long to wait for more.</summary>
    public int MaxAwaitDurationMs { get; set; } = 1000;

    /// <summary>The topic.</summary>
    public string TopicName { get; set; } = "";
}
