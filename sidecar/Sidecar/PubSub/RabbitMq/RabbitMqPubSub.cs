using Sidecar.Components;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>RabbitMQ as daprd uses it, so that both can share a broker.</summary>
public sealed class RabbitMqPubSub : IPubSub
{
    private readonly RabbitMqSettings settings;
    private readonly RabbitMqConnection connections;
    private readonly RabbitMqPublisher publisher;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly HashSet<RabbitMqSubscription> subscriptions = [];
    private bool closed;

    public RabbitMqPubSub(ComponentSpec spec, string appId, TimeProvider time, ILogger logger)
    {
        settings = RabbitMqSettings.Of(spec, appId);
        connections = new(settings, time, logger);
        publisher = new(settings, connections, time);
        (this.time, this.logger) = (time, logger);
    }

    public PubSubFeatures Features => PubSubFeatures.MessageTtl;

    public Task InitAsync(CancellationToken cancellation) => connections.InitAsync(cancellation);

    public ValueTask PublishAsync(BrokerMessage message, CancellationToken cancellation) =>
        Volatile.Read(ref closed) ? throw BrokerException.Closed() : publisher.PublishAsync(message, cancellation);

    public async Task<IAsyncDisposable> SubscribeAsync(BrokerSubscription subscription, MessageHandler handler, CancellationToken cancellation)
    {
        var started = await RabbitMqSubscription.StartAsync(settings, connections, subscription, handler, time, logger, cancellation);
        lock (gate)
        {
            if (!closed)
            {
                subscriptions.Add(started);
                return new Subscribed(this, started);
            }
        }

        await started.DisposeAsync();
        throw BrokerException.Closed();
    }

    public async ValueTask DisposeAsync()
    {
        RabbitMqSubscription[] all;
        lock (gate)
        {
            closed = true;
            all = [.. subscriptions];
            subscriptions.Clear();
        }

        await Task.WhenAll(all.Select(one => one.DisposeAsync().AsTask()));
        publisher.Dispose();
        await connections.DisposeAsync();
    }

    private sealed class Subscribed(RabbitMqPubSub owner, RabbitMqSubscription subscription) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            lock (owner.gate)
            {
                owner.subscriptions.Remove(subscription);
            }

            return subscription.DisposeAsync();
        }
    }
}
