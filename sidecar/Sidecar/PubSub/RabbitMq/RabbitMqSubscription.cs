using System.Text;
using RabbitMQ.Client;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>Consumes one queue on a channel of its own, and begins anew on another whenever that one ends.</summary>
internal sealed class RabbitMqSubscription : IAsyncDisposable
{
    // Where the YAML sets no limit one consumer would get the whole backlog into its memory.
    private const ushort Unlimited = 1000;
    private static readonly TimeSpan FirstTime = TimeSpan.FromMinutes(1);

    private readonly RabbitMqSettings settings;
    private readonly RabbitMqConnection connections;
    private readonly RabbitMqTopology topology;
    private readonly RabbitMqDelivery delivery;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly InFlight inFlight;
    private readonly CancellationTokenSource handlers = new();
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource consuming = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task running = Task.CompletedTask;

    private RabbitMqSubscription(
        RabbitMqSettings settings, RabbitMqConnection connections, BrokerSubscription subscription, MessageHandler handler, TimeProvider time, ILogger logger)
    {
        (this.settings, this.connections, this.time, this.logger) = (settings, connections, time, logger);
        topology = new(settings, subscription);
        inFlight = new(time);
        delivery = new(settings, subscription.Topic, handler, inFlight, logger, handlers.Token);
    }

    /// <summary>Returns when messages flow.</summary>
    public static async Task<RabbitMqSubscription> StartAsync(
        RabbitMqSettings settings, RabbitMqConnection connections, BrokerSubscription subscription, MessageHandler handler, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        var started = new RabbitMqSubscription(settings, connections, subscription, handler, time, logger);
        started.running = started.RunAsync();
        try
        {
            await started.consuming.Task.WaitAsync(FirstTime, time, cancellation);
            return started;
        }
        catch (Exception failure)
        {
            await started.DisposeAsync();
            throw failure is TimeoutException ? new BrokerException($"failed to subscribe to {started.topology.Queue}") : failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // From here on a handler that fails has no answer for the broker.
        var ending = inFlight.EndAsync(handlers);
        await stop.CancelAsync();
        await running;
        await ending;
    }

    private async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await ConsumeAsync(await connections.GetAsync(stop.Token));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
            }
            catch (Exception failure)
            {
                logger.LogError("rabbitmq pub/sub: error in subscriber for {Queue}: {Failure}", topology.Queue, RabbitMqFactory.Reason(failure));
                await Task.Delay(settings.ReconnectWait, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ConsumeAsync(IConnection connection)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop.Token);
        await topology.DeclareAsync(channel, stop.Token);
        await channel.BasicQosAsync(0, settings.PrefetchCount > 0 ? (ushort)settings.PrefetchCount : Unlimited, global: false, stop.Token);
        var consumer = new RabbitMqConsumer(channel, delivery);
        var tag = ConsumerTag();
        await channel.BasicConsumeAsync(topology.Queue, settings.AutoAck, tag, consumer, stop.Token);
        consuming.TrySetResult();
        await consumer.Ended.WaitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stop.IsCancellationRequested && channel.IsOpen)
        {
            await channel.BasicCancelAsync(tag, noWait: true);

            // Their answers need the channel. What has no answer when it closes goes back to the queue.
            await inFlight.EndAsync(handlers);
            await channel.CloseAsync();
        }
    }

    /// <summary>A tag that comes twice would end the connection of all. The limit is AMQP's.</summary>
    private string ConsumerTag()
    {
        const int Limit = 255;
        var tag = $"{topology.Queue}-{Guid.NewGuid()}";
        while (Encoding.UTF8.GetByteCount(tag) > Limit)
        {
            tag = tag[1..];
        }

        return tag;
    }
}
