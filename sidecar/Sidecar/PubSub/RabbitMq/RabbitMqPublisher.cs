using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>Sends messages, over lost connections and vanished exchanges too; what it reports as sent with confirms the broker has.</summary>
internal sealed class RabbitMqPublisher(RabbitMqSettings settings, RabbitMqConnection connections, TimeProvider time) : IDisposable
{
    private const int Attempts = 3;
    private readonly SemaphoreSlim opening = new(1, 1);
    private volatile Outlet? current;

    public async ValueTask PublishAsync(BrokerMessage message, CancellationToken cancellation)
    {
        var properties = RabbitMqProperties.Of(settings, message.Metadata);
        var routingKey = RabbitMqProperties.RoutingKey(message.Metadata);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var channel = await OpenAsync(message.Topic, cancellation);
                await channel.PublishAsync(message.Topic, routingKey, properties, message.Data, cancellation);
                return;
            }
            catch (Exception failure) when (failure is OperationInterruptedException or IOException && attempt < Attempts && !IsRefused(failure, message.Topic))
            {
            }
            catch (TimeoutException)
            {
                throw new BrokerException($"did not receive confirmation of publishing: RabbitMQ at {settings.Address} does not answer");
            }
            catch (Exception failure) when (failure is RabbitMQClientException or IOException)
            {
                throw new BrokerException(RabbitMqFactory.Reason(failure), inner: failure);
            }
        }
    }

    public void Dispose()
    {
        current?.Channel.Dispose();
        opening.Dispose();
    }

    /// <summary>A channel whose broker has the exchange.</summary>
    private async ValueTask<RabbitMqChannel> OpenAsync(string exchange, CancellationToken cancellation)
    {
        if (current is { Channel.IsOpen: true } ready && ready.Exchanges.ContainsKey(exchange))
        {
            return ready.Channel;
        }

        await opening.WaitAsync(cancellation);
        try
        {
            if (current is not { Channel.IsOpen: true } outlet)
            {
                current?.Channel.Dispose();
                current = null;
                var connection = await connections.GetSoonAsync(cancellation);
                current = outlet = new(connection, await RabbitMqChannel.OpenAsync(connection, settings.PublisherConfirm, time, cancellation));
            }

            if (!outlet.Exchanges.ContainsKey(exchange))
            {
                // A refused declaration closes its channel, so it gets one of its own.
                await using var declaring = await outlet.Connection.CreateChannelAsync(cancellationToken: cancellation);
                await RabbitMqTopology.DeclareExchangeAsync(declaring, settings, exchange, cancellation);
                outlet.Exchanges[exchange] = true;
            }

            return outlet.Channel;
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>Some refusals end the channel for all who publish on it; only the one who is named need not try again.</summary>
    private static bool IsRefused(Exception failure, string exchange) =>
        failure is OperationInterruptedException { ShutdownReason: { ReplyCode: Constants.AccessRefused or Constants.PreconditionFailed } reason }
        && reason.ReplyText.Contains($"'{exchange}'", StringComparison.Ordinal);

    private sealed record Outlet(IConnection Connection, RabbitMqChannel Channel)
    {
        public ConcurrentDictionary<string, bool> Exchanges { get; } = new(StringComparer.Ordinal);
    }
}
