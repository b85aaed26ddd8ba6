#nullable disable
using Dapr;
using Dapr.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Subscribes endpoints to topics.</summary>
public static class DaprEndpointConventionBuilderExtensions
{
    /// <summary>Subscribes to a topic.</summary>
    public static T WithTopic<T>(this T builder, string pubsubName, string name)
        where T : IEndpointConventionBuilder => builder.WithTopic(pubsubName, name, false);

    /// <summary>Subscribes to a topic, with metadata.</summary>
    public static T WithTopic<T>(this T builder, string pubsubName, string name, IDictionary<string, string> metadata)
        where T : IEndpointConventionBuilder => builder.WithTopic(pubsubName, name, false, metadata);

    /// <summary>Subscribes to a topic whose messages come with or without their envelope.</summary>
    public static T WithTopic<T>(this T builder, string pubsubName, string name, bool enableRawPayload)
        where T : IEndpointConventionBuilder => builder.WithTopic(pubsubName, name, enableRawPayload, null);

    /// <summary>Subscribes to a topic whose messages come with or without their envelope, with metadata.</summary>
    public static T WithTopic<T>(this T builder, string pubsubName, string name, bool enableRawPayload, IDictionary<string, string> metadata)
        where T : IEndpointConventionBuilder =>
        builder.WithTopic(new TopicOptions { PubsubName = pubsubName, Name = name, EnableRawPayload = enableRawPayload, Metadata = metadata });

    /// <summary>Subscribes to a topic with all that can be said of it.</summary>
    public static T WithTopic<T>(this T builder, TopicOptions topicOptions)
        where T : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(topicOptions);
        var topic = new TopicAttribute(topicOptions.PubsubName, topicOptions.Name, topicOptions.EnableRawPayload, topicOptions.OwnedMetadatas)
        {
            Match = topicOptions.Match,
            Priority = topicOptions.Priority,
            DeadLetterTopic = topicOptions.DeadLetterTopic,
        };
        builder.WithMetadata(topic);
        foreach (var (name, value) in topicOptions.Metadata ?? new Dictionary<string, string>())
        {
            builder.WithMetadata(new TopicMetadataAttribute(name, value));
        }

        return builder;
    }

    /// <summary>Has messages of a topic come many at a time.</summary>
    public static T WithBulkSubscribe<T>(this T builder, BulkSubscribeTopicOptions bulkSubscribeTopicOptions)
        where T : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(bulkSubscribeTopicOptions);
        return builder.WithMetadata(new BulkSubscribeAttribute(
            bulkSubscribeTopicOptions.TopicName, bulkSubscribeTopicOptions.MaxMessagesCount, bulkSubscribeTopicOptions.MaxAwaitDurationMs));
    }
}
