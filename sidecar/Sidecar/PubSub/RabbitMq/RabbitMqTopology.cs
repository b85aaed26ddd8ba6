using System.Globalization;
using RabbitMQ.Client;
using Sidecar.Components;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>
/// The objects at the broker, argument for argument as daprd declares them: a queue that one of the two has declared must be there for the other.
/// </summary>
internal sealed class RabbitMqTopology
{
    private readonly RabbitMqSettings settings;
    private readonly string topic;
    private readonly string[] routingKeys;
    private readonly Dictionary<string, object?> arguments = new(StringComparer.Ordinal);

    /// <summary>Throws what no later attempt can mend.</summary>
    public RabbitMqTopology(RabbitMqSettings settings, BrokerSubscription subscription)
    {
        var metadata = subscription.Metadata;
        this.settings = settings;
        topic = subscription.Topic;
        Queue = metadata.GetValueOrDefault("queueName", "");
        Queue = Queue.Length > 0 ? Queue : $"{settings.ConsumerId}-{topic}";
        routingKeys = RabbitMqProperties.RoutingKey(metadata).Split(',');
        if (settings.EnableDeadLetter)
        {
            arguments["x-dead-letter-exchange"] = DeadLetterExchange;
        }

        AddLimits(arguments);
        if (Number(metadata, "maxPriority") is { } priority)
        {
            arguments["x-max-priority"] = (byte)Math.Min(priority, byte.MaxValue);
        }

        var type = metadata.GetValueOrDefault("queueType", "");
        arguments["x-queue-type"] = type switch
        {
            "" => "classic",
            "classic" or "quorum" => type,
            _ => throw new BrokerException($"error not retriable for {Queue}: invalid queue type {type}. Valid types are classic and quorum"),
        };
        if (ComponentMetadata.IsTruthy(metadata.GetValueOrDefault("singleActiveConsumer", "")))
        {
            arguments["x-single-active-consumer"] = true;
        }

        if (Number(metadata, "maxLenBytes") is { } bytes)
        {
            arguments["x-max-length-bytes"] = (long)bytes;
        }

        if (Number(metadata, "maxLen") is { } length)
        {
            arguments["x-max-length"] = (long)length;
        }
    }

    public string Queue { get; }

    private string DeadLetterExchange => "dlx-" + Queue;

    public static Task DeclareExchangeAsync(IChannel channel, RabbitMqSettings settings, string exchange, CancellationToken cancellation) =>
        channel.ExchangeDeclareAsync(exchange, settings.ExchangeKind, settings.Durable, settings.DeletedWhenUnused, cancellationToken: cancellation);

    public async Task DeclareAsync(IChannel channel, CancellationToken cancellation)
    {
        await DeclareExchangeAsync(channel, settings, topic, cancellation);
        if (settings.EnableDeadLetter)
        {
            var deadLetterQueue = "dlq-" + Queue;
            var lazily = new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-mode"] = "lazy" };
            AddLimits(lazily);
            await channel.ExchangeDeclareAsync(DeadLetterExchange, "fanout", durable: true, settings.DeletedWhenUnused, cancellationToken: cancellation);
            await channel.QueueDeclareAsync(deadLetterQueue, durable: true, exclusive: false, settings.DeletedWhenUnused, lazily, cancellationToken: cancellation);
            await channel.QueueBindAsync(deadLetterQueue, DeadLetterExchange, "", cancellationToken: cancellation);
        }

        await channel.QueueDeclareAsync(Queue, settings.Durable, exclusive: false, settings.DeletedWhenUnused, arguments, cancellationToken: cancellation);
        foreach (var routingKey in routingKeys)
        {
            await channel.QueueBindAsync(Queue, topic, routingKey, cancellationToken: cancellation);
        }
    }

    private void AddLimits(Dictionary<string, object?> table)
    {
        if (settings.MaxLen > 0)
        {
            table["x-max-length"] = settings.MaxLen;
        }

        if (settings.MaxLenBytes > 0)
        {
            table["x-max-length-bytes"] = settings.MaxLenBytes;
        }
    }

    private ulong? Number(IReadOnlyDictionary<string, string> metadata, string name)
    {
        if (metadata.GetValueOrDefault(name, "") is not { Length: > 0 } text)
        {
            return null;
        }

        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new BrokerException($"error not retriable for {Queue}: {name} is \"{text}\" and should be a whole number");
    }
}
