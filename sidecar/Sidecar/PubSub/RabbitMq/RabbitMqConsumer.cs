using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>What the library calls. It ends when the broker cancels it (the queue is gone) or its channel closes.</summary>
internal sealed class RabbitMqConsumer(IChannel channel, RabbitMqDelivery delivery) : AsyncDefaultBasicConsumer(channel)
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ended => ended.Task;

    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) =>
        delivery.DeliverAsync(Channel, deliveryTag, properties, body);

    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        ended.TrySetResult();
        return Task.CompletedTask;
    }

    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        ended.TrySetResult();
        return Task.CompletedTask;
    }
}
