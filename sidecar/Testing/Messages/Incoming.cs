using System.Text.Json;
using Sidecar.Hosting;
using Sidecar.PubSub;
using Sidecar.PubSub.Envelope;

namespace Sidecar.Testing.Messages;

/// <summary>Messages of somebody else: they go to the broker itself, and come to the app on the usual way.</summary>
internal sealed class Incoming(SidecarHost host, Ledger<Delivery> deliveries, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task<Delivery> SendAsync(string pubsub, string topic, object message, MessageOptions options)
    {
        var id = options.Id ?? Guid.CreateVersion7().ToString();
        var before = deliveries.Count;
        await PublishAsync(pubsub, topic, message, options with { Id = id });
        try
        {
            var answered = await deliveries.Wait(() => deliveries.Skip(before).Where(delivery => delivery.Id == id).Take(1).ToList(), some => some.Count == 1, options.Within);
            return answered[0];
        }
        catch (TimeoutException problem)
        {
            throw new TimeoutException($"the app was not asked to handle the message {id} on {topic} of {pubsub}; it subscribes to {Subscriptions()}", problem);
        }
    }

    public async Task PublishAsync(string pubsub, string topic, object message, MessageOptions options)
    {
        if (!host.Components.PubSubs.TryGetValue(pubsub, out var component))
        {
            throw new ArgumentException($"there is no broker {pubsub}, only {string.Join(", ", host.Components.PubSubs.Keys)}", nameof(pubsub));
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["cloudevent.id"] = options.Id ?? Guid.CreateVersion7().ToString(), ["cloudevent.type"] = options.Type };
        var data = message switch
        {
            ReadOnlyMemory<byte> bytes => bytes,
            byte[] bytes => bytes,
            _ => JsonSerializer.SerializeToUtf8Bytes(message, message.GetType(), Json),
        };
        var envelope = EnvelopeWriter.Write(new NewEvent(pubsub, topic, options.Source, data, options.ContentType)
        {
            Metadata = metadata,
            Traceparent = options.Traceparent ?? "",
            Now = time.GetLocalNow(),
        });
        await component.Broker.PublishAsync(new BrokerMessage(component.AtBroker(topic), envelope), CancellationToken.None);
    }

    private string Subscriptions() => string.Join(", ", host.Subscriptions.Select(subscription => $"{subscription.Topic} of {subscription.PubSub}")) is { Length: > 0 } some ? some : "nothing";
}
