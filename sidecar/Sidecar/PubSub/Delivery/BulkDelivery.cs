using Sidecar.Json;
using Sidecar.PubSub.Envelope;
using Sidecar.PubSub.Subscriptions;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Metrics;

namespace Sidecar.PubSub.Delivery;

/// <summary>A batch of messages to the app: sorted by path, delivered under the policy, the failures as dead letters.</summary>
internal sealed class BulkDelivery(
    PubSubComponent component, Subscription subscription, IAppSender app, DeadLetters deadLetters, PubSubMetrics metrics, TimeProvider time, ILogger log,
    CancellationToken stopping, CancellationToken aborting)
{
    private static readonly DeliveryException Unsettled = new("the app has not answered");
    private readonly string pubsub = component.Name;
    private readonly InboundPolicy inbound = new(component.Inbound, stopping);

    /// <summary>
    /// Leaves in each entry what became of it. As in daprd, an entry that fails before the app is asked is acknowledged all the same
    /// unless something later in the batch fails or there is a dead letter topic.
    /// </summary>
    public async ValueTask HandleAsync(IReadOnlyList<BulkEntry> entries)
    {
        if (subscription.RawProblem is { } rawProblem)
        {
            await FailAllAsync(entries, new DeliveryException(rawProblem));
            return;
        }

        var paths = new Dictionary<string, List<BulkEntry>>(StringComparer.Ordinal);
        Exception? problem = null;
        foreach (var entry in entries)
        {
            problem = subscription.IsRaw ? null : TryRead(entry);
            if (problem is null && !await IsExpiredAsync(entry) && await PathAsync(entry) is { } path)
            {
                (paths.TryGetValue(path, out var group) ? group : paths[path] = []).Add(entry);
            }
        }

        foreach (var (path, group) in paths)
        {
            problem = await DeliverAsync(path, group) ?? problem;
        }

        if (stopping.IsCancellationRequested && problem is not null)
        {
            throw new OperationCanceledException("the subscription stops");
        }

        await SettleAsync(entries, problem);
    }

    private Exception? TryRead(BulkEntry entry)
    {
        try
        {
            entry.Event = ReceivedEvent.Read(entry.Message.Data, BrokerMessage.Empty);
            return null;
        }
        catch (GoJsonException broken)
        {
            log.LogError("error deserializing one of the messages in bulk cloud event in pubsub {PubSub} and topic {Topic}: {Problem}", pubsub, subscription.Spec.Topic, broken.Message);
            return entry.Failure = new DeliveryException(broken.Message, broken);
        }
    }

    private async ValueTask<bool> IsExpiredAsync(BulkEntry entry)
    {
        if (entry.Event is not { } received || !received.HasExpired(time.GetUtcNow()))
        {
            return false;
        }

        log.LogWarning("dropping expired pub/sub event {Id}", received.Id);
        await deadLetters.TryPublishAsync(entry.Message);
        return true;
    }

    /// <summary>Null when a rule makes no sense. An event that no rule takes is a dead letter and yet delivered, to the root of the app.</summary>
    private async ValueTask<string?> PathAsync(BulkEntry entry)
    {
        try
        {
            var route = entry.Event is { } received ? RouteFinder.Find(subscription, received) : RouteFinder.FindRaw(subscription, entry.Message);
            if (route is null)
            {
                log.LogWarning("No matching route for event in pubsub {PubSub} and topic {Topic}; skipping", pubsub, subscription.Spec.Topic);
                await deadLetters.TryPublishAsync(entry.Message);
            }

            if (entry.ContentType.Length == 0)
            {
                entry.ContentType = subscription.IsRaw ? ContentTypes.Binary : ContentTypes.CloudEvent;
            }

            return route?.Path ?? "";
        }
        catch (DeliveryException nonsense)
        {
            log.LogError("Error finding matching route for event in bulk subscribe {PubSub} and topic {Topic} for entry id {Id}: {Problem}", pubsub, subscription.Spec.Topic, entry.Id, nonsense.Message);
            entry.Failure = nonsense;
            return null;
        }
    }

    /// <summary>Only what failed is sent again. Returns why the last attempt failed.</summary>
    private async ValueTask<Exception?> DeliverAsync(string path, List<BulkEntry> group)
    {
        var waiting = group;
        try
        {
            await inbound.RunAsync(
                async token =>
                {
                    waiting.ForEach(static entry => entry.Failure = Unsettled);
                    var started = time.GetTimestamp();
                    try
                    {
                        await app.SendManyAsync(new OutgoingBatch(pubsub, subscription.Spec.Topic, path, subscription.IsRaw, waiting), token);
                    }
                    finally
                    {
                        Count(waiting, time.GetElapsedTime(started));
                        await BuryAsync(waiting);
                        waiting = waiting.FindAll(static entry => entry.Failure is not null);
                    }
                },
                aborting);
            return null;
        }
        catch (Exception failure)
        {
            foreach (var entry in waiting)
            {
                entry.Failure = entry.Failure == Unsettled ? failure : entry.Failure;
            }

            return failure;
        }
    }

    /// <summary>Daprd counts these under this word and not under the name of the component.</summary>
    private void Count(List<BulkEntry> entries, TimeSpan elapsed)
    {
        var dropped = entries.Count(static entry => entry.IsDropped);
        var failed = entries.Count(static entry => entry.Failure is not null);
        metrics.DeliveredTogether(
            DeliveryMetadata.PubSub, subscription.Spec.Topic, elapsed,
            (DeliveryStatus.Success, entries.Count - dropped - failed), (DeliveryStatus.Drop, dropped), (DeliveryStatus.Retry, failed));
    }

    private async ValueTask BuryAsync(List<BulkEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.IsDropped)
            {
                await deadLetters.TryPublishAsync(entry.Message);
            }
        }
    }

    private async ValueTask SettleAsync(IReadOnlyList<BulkEntry> entries, Exception? problem)
    {
        var failed = entries.Where(static entry => entry.Failure is not null).ToList();
        if (failed.Count > 0 && (await deadLetters.TryPublishAsync(failed) || problem is null))
        {
            failed.ForEach(static entry => entry.Failure = null);
        }
    }

    private async ValueTask FailAllAsync(IReadOnlyList<BulkEntry> entries, Exception problem)
    {
        log.LogError("error deserializing pubsub metadata: {Problem}", problem.Message);
        foreach (var entry in entries)
        {
            entry.Failure = problem;
        }

        await SettleAsync(entries, problem);
    }
}
