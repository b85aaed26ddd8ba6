using System.Collections.Concurrent;

namespace Library.Defaults.Deliveries;

public delegate Task DeliveryHandler(Delivery delivery, IServiceProvider services, CancellationToken cancellation);

/// <summary>Who handles which topic: for messages that arrive, and for parked ones that are replayed.</summary>
internal sealed class Handlers
{
    private readonly ConcurrentDictionary<string, DeliveryHandler> _byTopic = new();

    public void Add(string topic, DeliveryHandler handler)
    {
        if (!_byTopic.TryAdd(topic, handler))
        {
            throw new InvalidOperationException($"The topic {topic} has a handler already.");
        }
    }

    public DeliveryHandler? Of(string topic) => _byTopic.GetValueOrDefault(topic);
}
