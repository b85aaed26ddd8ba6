using Sidecar.Json;
using Sidecar.PubSub.Envelope;
using Sidecar.PubSub.Subscriptions;
using Sidecar.Resiliency;

namespace Sidecar.PubSub.Delivery;

/// <summary>
/// One message at a time from a broker to the app: envelope, expiry, route, policy, dead letter. Returning acknowledges the message,
/// throwing leaves it to the broker.
/// </summary>
internal sealed class EventDelivery(
    PubSubComponent component, Subscription subscription, IAppSender app, DeadLetters deadLetters, TimeProvider time, ILogger log, CancellationToken stopping)
{
    private readonly string pubsub = component.Name;
    private readonly InboundPolicy inbound = new(component.Inbound, stopping);

    public async ValueTask HandleAsync(BrokerMessage message, CancellationToken cancellation)
    {
        var topic = component.FromBroker(message.Topic);
        ReceivedEvent received;
        Route? route;
        try
        {
            received = Read(message, topic);
            if (received.HasExpired(time.GetUtcNow()))
            {
                log.LogWarning("dropping expired pub/sub event {Id}", received.Id);
                await deadLetters.TryPublishAsync(Letter(message));
                return;
            }

            route = RouteFinder.Find(subscription, received);
        }
        catch (DeliveryException problem)
        {
            log.LogError("{Problem} in pubsub {PubSub} and topic {Topic}", problem.Message, pubsub, topic);
            await FailAsync(message, problem);
            return;
        }

        if (route is null)
        {
            log.LogDebug("no matching route for event {Id} in pubsub {PubSub} and topic {Topic}; skipping", received.Id, pubsub, topic);
            await deadLetters.TryPublishAsync(Letter(message));
            return;
        }

        var outgoing = new OutgoingEvent(pubsub, topic, route.Path, received, message.Metadata);
        try
        {
            if (inbound.Repeats)
            {
                await inbound.RunAsync(token => AttemptAsync(outgoing, message, token), cancellation);
            }
            else
            {
                await AttemptAsync(outgoing, message, cancellation);
            }
        }
        catch (Exception problem) when (stopping.IsCancellationRequested)
        {
            throw new OperationCanceledException("the subscription stops", problem);
        }
        catch (Exception problem)
        {
            await FailAsync(message, problem);
        }
    }

    private ReceivedEvent Read(BrokerMessage message, string topic)
    {
        if (subscription.RawProblem is { } problem)
        {
            throw new DeliveryException($"error deserializing pubsub metadata: {problem}");
        }

        if (subscription.IsRaw)
        {
            return ReceivedEvent.Wrap(message, topic, pubsub);
        }

        var contentType = message.ContentType ?? message.Metadata.GetValueOrDefault(DeliveryMetadata.ContentType) ?? "";
        if (ContentTypes.IsBinary(contentType))
        {
            return ReceivedEvent.FromBinary(message, contentType);
        }

        try
        {
            return ReceivedEvent.Read(message.Data, message.Metadata);
        }
        catch (GoJsonException broken)
        {
            throw new DeliveryException($"error deserializing cloud event: {broken.Message}", broken);
        }
    }

    private async ValueTask AttemptAsync(OutgoingEvent outgoing, BrokerMessage message, CancellationToken cancellation)
    {
        bool isHandled;
        try
        {
            isHandled = await app.SendAsync(outgoing, cancellation);
        }
        catch (Exception problem) when (problem is DeliveryException or AppStatusException)
        {
            log.LogWarning("encountered a retriable error while publishing a subscribed message to topic {Topic}, err: {Problem}", outgoing.Topic, problem.Message);
            throw;
        }

        if (!isHandled && deadLetters.Exist && !await deadLetters.TryPublishAsync(Letter(message)))
        {
            throw new DeliveryException("pubsub message dropped");
        }
    }

    /// <summary>A dead letter settles the message. Without one it is the broker's again.</summary>
    private async ValueTask FailAsync(BrokerMessage message, Exception problem)
    {
        if (!await deadLetters.TryPublishAsync(Letter(message)))
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problem);
        }
    }

    private BrokerMessage Letter(BrokerMessage message) =>
        deadLetters.Exist ? message with { Metadata = DeliveryMetadata.Of(message, pubsub) } : message;
}
