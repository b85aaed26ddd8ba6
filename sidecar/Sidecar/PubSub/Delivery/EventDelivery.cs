using System.Runtime.ExceptionServices;
using Sidecar.Json;
using Sidecar.PubSub.Envelope;
using Sidecar.PubSub.Subscriptions;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Metrics;

namespace Sidecar.PubSub.Delivery;

/// <summary>
/// One message at a time from a broker to the app: envelope, expiry, route, policy, dead letter. Returning acknowledges the message,
/// throwing leaves it to the broker.
/// </summary>
internal sealed class EventDelivery(
    PubSubComponent component, Subscription subscription, IAppSender app, DeadLetters deadLetters, PubSubMetrics metrics, TimeProvider time, ILogger log, CancellationToken stopping)
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
                metrics.Delivered(pubsub, topic, DeliveryStatus.Drop, TimeSpan.Zero);
                await deadLetters.TryPublishAsync(Letter(message));
                return;
            }

            route = RouteFinder.Find(subscription, received);
        }
        catch (DeliveryException problem)
        {
            log.LogError("{Problem} in pubsub {PubSub} and topic {Topic}", problem.Message, pubsub, topic);
            await FailAsync(message, topic, problem);
            return;
        }

        if (route is null)
        {
            log.LogDebug("no matching route for event {Id} in pubsub {PubSub} and topic {Topic}; skipping", received.Id, pubsub, topic);
            metrics.Delivered(pubsub, topic, DeliveryStatus.Drop, TimeSpan.Zero, DeliveryStatus.Success);
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
            await FailAsync(message, topic, problem);
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
        var started = time.GetTimestamp();
        AppVerdict verdict;
        try
        {
            verdict = await app.SendAsync(outgoing, cancellation);
            Count(outgoing.Topic, verdict, time.GetElapsedTime(started));
        }
        catch (Exception problem) when (problem is DeliveryException or AppStatusException)
        {
            metrics.Delivered(pubsub, outgoing.Topic, DeliveryStatus.Retry, time.GetElapsedTime(started));
            log.LogWarning("encountered a retriable error while publishing a subscribed message to topic {Topic}, err: {Problem}", outgoing.Topic, problem.Message);
            throw;
        }

        if (verdict is AppVerdict.Dropped or AppVerdict.NotThere && deadLetters.Exist && !await deadLetters.TryPublishAsync(Letter(message)))
        {
            throw new DeliveryException("pubsub message dropped");
        }
    }

    private void Count(string topic, AppVerdict verdict, TimeSpan elapsed)
    {
        var process = verdict == AppVerdict.Handled ? DeliveryStatus.Success : DeliveryStatus.Drop;
        metrics.Delivered(pubsub, topic, process, elapsed, verdict == AppVerdict.Dropped ? DeliveryStatus.Success : null);
    }

    /// <summary>A dead letter settles the message. Without one it is the broker's again.</summary>
    private async ValueTask FailAsync(BrokerMessage message, string topic, Exception problem)
    {
        var isSettled = await deadLetters.TryPublishAsync(Letter(message));
        metrics.Delivered(pubsub, topic, isSettled ? DeliveryStatus.Drop : DeliveryStatus.Retry, TimeSpan.Zero);
        if (!isSettled)
        {
            ExceptionDispatchInfo.Throw(problem is OperationCanceledException ? new DeliveryException(Policy.DeadlineExceeded, problem) : problem);
        }
    }

    private BrokerMessage Letter(BrokerMessage message) =>
        deadLetters.Exist ? message with { Metadata = DeliveryMetadata.Of(message, pubsub) } : message;
}
