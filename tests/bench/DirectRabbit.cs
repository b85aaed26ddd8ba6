using RabbitMQ.Client;

namespace Bench;

/// <summary>RabbitMQ without a sidecar: one channel with confirms for each caller, persistent messages to a durable queue.</summary>
public sealed class DirectRabbit : IAsyncDisposable
{
    private readonly IConnection connection;
    private readonly IChannel[] channels;

    private DirectRabbit(IConnection connection, IChannel[] channels)
    {
        this.connection = connection;
        this.channels = channels;
    }

    public static async Task<DirectRabbit> StartAsync(Uri broker, int callers)
    {
        var opened = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        var each = new IChannel[callers];
        for (var i = 0; i < callers; i++)
        {
            each[i] = await opened.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        }

        await each[0].ExchangeDeclareAsync("direct", "fanout", durable: true);
        await each[0].QueueDeclareAsync("direct", durable: true, exclusive: false, autoDelete: false);
        await each[0].QueueBindAsync("direct", "direct", "");
        return new DirectRabbit(opened, each);
    }

    public Task PublishAsync(int caller, int n) =>
        channels[caller].BasicPublishAsync("direct", "", mandatory: false, new BasicProperties { Persistent = true }, "{\"a\":1,\"b\":\"two\"}"u8.ToArray()).AsTask();

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
