using Sidecar.PubSub.Publishing;
using Sidecar.PubSub.Subscriptions;

namespace Sidecar.PubSub.Delivery;

/// <summary>Where messages of one subscription go that nobody could handle. A dead letter is published like any other message.</summary>
internal sealed class DeadLetters(PubSubComponent component, Subscription subscription, Publisher publisher, TimeProvider time, ILogger log, CancellationToken stopping)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string topic = subscription.Spec.DeadLetterTopic;

    public bool Exist => topic.Length > 0;

    /// <summary>False when there is no such topic, when the broker did not take the message, and while the subscription stops.</summary>
    public async ValueTask<bool> TryPublishAsync(BrokerMessage message)
    {
        if (!Exist || stopping.IsCancellationRequested)
        {
            return false;
        }

        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            await publisher.PublishAsync(component, message with { Topic = topic }, PublishProtocol.Grpc, limit.Token);
            return true;
        }
        catch (Exception problem)
        {
            Log(problem.Message);
            return false;
        }
    }

    public async ValueTask<bool> TryPublishAsync(IReadOnlyList<BulkEntry> entries)
    {
        if (!Exist || stopping.IsCancellationRequested)
        {
            return false;
        }

        var letters = new List<BulkMessage>(entries.Count);
        foreach (var entry in entries)
        {
            letters.Add(new(entry.Id, entry.Message with { Topic = topic, ContentType = entry.ContentType }));
        }

        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            if (await publisher.PublishManyAsync(component, letters, PublishProtocol.Grpc, limit.Token) is not { } failure)
            {
                return true;
            }

            Log(failure.Failure.Message);
        }
        catch (TopicForbiddenException problem)
        {
            Log(problem.Message);
        }

        return false;
    }

    private void Log(string problem) =>
        log.LogError("error sending message to dead letter, origin topic: {Topic} dead letter topic {DeadLetterTopic} err: {Problem}", subscription.Spec.Topic, topic, problem);
}
