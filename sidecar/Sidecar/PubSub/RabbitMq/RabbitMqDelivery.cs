using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>Hands messages to the handler and tells the broker how that went.</summary>
internal sealed class RabbitMqDelivery(
    RabbitMqSettings settings, string topic, MessageHandler handler, InFlight inFlight, ILogger logger, CancellationToken cancellation)
{
    /// <summary>Returns when the next message may come.</summary>
    public Task DeliverAsync(IChannel channel, ulong tag, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        if (!inFlight.TryEnter())
        {
            return Task.CompletedTask;
        }

        // The library takes the body back when this method returns.
        var message = new BrokerMessage(topic, body.ToArray());
        if (settings.PropertiesToMetadata)
        {
            message = message with { Metadata = RabbitMqProperties.ToMetadata(properties) };
        }

        if (settings.HandlesOneByOne)
        {
            return HandleAsync(channel, tag, message);
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static work => _ = work.Self.HandleAsync(work.Channel, work.Tag, work.Message),
            (Self: this, Channel: channel, Tag: tag, Message: message), preferLocal: false);
        return Task.CompletedTask;
    }

    private async Task HandleAsync(IChannel channel, ulong tag, BrokerMessage message)
    {
        try
        {
            var isHandled = await TryHandleAsync(message);
            if (settings.AutoAck)
            {
                return;
            }

            if (isHandled is null)
            {
                return;
            }

            if (isHandled.Value)
            {
                await channel.BasicAckAsync(tag, multiple: false, CancellationToken.None);
            }
            else if (!inFlight.Ended)
            {
                await channel.BasicNackAsync(tag, multiple: false, settings.RequeueInFailure, CancellationToken.None);
            }
        }
        catch (Exception failure) when (failure is RabbitMQClientException or IOException or ObjectDisposedException)
        {
            // The channel is gone: the broker delivers the message again.
            logger.LogDebug("rabbitmq pub/sub: no answer to a message of {Topic}: {Failure}", topic, failure.Message);
        }
        finally
        {
            inFlight.Leave();
        }
    }

    /// <summary>Null when the subscription ends: what has no answer goes back to the queue with the channel.</summary>
    private async ValueTask<bool?> TryHandleAsync(BrokerMessage message)
    {
        try
        {
            await handler(message, cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception failure)
        {
            if (!inFlight.Ended)
            {
                logger.LogError("rabbitmq pub/sub error: handling message from topic '{Topic}', {Failure}", topic, failure.Message);
            }

            return false;
        }
    }
}
