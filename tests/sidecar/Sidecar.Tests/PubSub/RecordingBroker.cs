using System.Collections.Concurrent;
using System.Text.Json;
using Sidecar.PubSub;
using Sidecar.Tests.PubSub.Brokers;

namespace Sidecar.Tests.PubSub;

/// <summary>A broker that keeps what is published, and delivers what the test says.</summary>
internal sealed class RecordingBroker(PubSubFeatures features = PubSubFeatures.None) : IPubSub
{
    private readonly ConcurrentDictionary<string, MessageHandler> handlers = new(StringComparer.Ordinal);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ConcurrentBag<Task> running = [];
    private readonly CancellationTokenSource deliveries = new();

    public PubSubFeatures Features => features;

    public ConcurrentQueue<BrokerMessage> Published { get; } = new();

    public ConcurrentQueue<BrokerSubscription> Subscribed { get; } = new();

    /// <summary>Throws to refuse a message.</summary>
    public Action<BrokerMessage> Publishing { get; set; } = static _ => { };

    /// <summary>Throws to refuse a subscription.</summary>
    public Action<BrokerSubscription> Subscribing { get; set; } = static _ => { };

    public IEnumerable<string> Topics => handlers.Keys.Order(StringComparer.Ordinal);

    public JsonElement OnlyEnvelope => JsonDocument.Parse(Assert.Single(Published).Data).RootElement;

    public IEnumerable<string> DeadLetters => Published.Where(message => message.Topic == "dead").Select(message => message.Text());

    public Task InitAsync(CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask PublishAsync(BrokerMessage message, CancellationToken cancellation)
    {
        Publishing(message);
        Published.Enqueue(message);
        return ValueTask.CompletedTask;
    }

    public Task<IAsyncDisposable> SubscribeAsync(BrokerSubscription subscription, MessageHandler handler, CancellationToken cancellation)
    {
        Subscribing(subscription);
        Subscribed.Enqueue(subscription);
        handlers[subscription.Topic] = handler;
        return Task.FromResult<IAsyncDisposable>(new Ending(this, subscription.Topic));
    }

    /// <summary>Null when the message was handled, else what the handler threw.</summary>
    public async Task<Exception?> DeliverAsync(BrokerMessage message)
    {
        try
        {
            var handling = handlers[message.Topic](message, deliveries.Token).AsTask();
            running.Add(handling);
            await handling.WaitAsync(Patience);
            return null;
        }
        catch (Exception failure) when (failure is not TimeoutException)
        {
            return failure;
        }
    }

    public Task<Exception?> DeliverAsync(string topic, string envelope, params (string Name, string Value)[] metadata) =>
        DeliverAsync(Message.Of(topic, envelope, metadata));

    public ValueTask DisposeAsync()
    {
        deliveries.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Like every broker it waits for the handlers that are at work.</summary>
    private sealed class Ending(RecordingBroker broker, string topic) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            broker.handlers.TryRemove(topic, out _);
            await Task.WhenAll(broker.running).ContinueWith(static _ => { }, TaskScheduler.Default).WaitAsync(Patience);
        }
    }
}
