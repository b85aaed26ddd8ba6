using Sidecar.PubSub.Delivery;
using Sidecar.PubSub.Publishing;
using Sidecar.Telemetry.Metrics;

namespace Sidecar.PubSub.Subscriptions;

/// <summary>A subscription at its broker, from its start to its end. A start that fails is tried again until it succeeds.</summary>
internal sealed class RunningSubscription : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource aborting = new();
    private readonly PubSubComponent component;
    private readonly Subscription subscription;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly MessageHandler handler;
    private readonly Task collecting = Task.CompletedTask;
    private IAsyncDisposable? atBroker;
    private Task retrying = Task.CompletedTask;

    public RunningSubscription(PubSubComponent component, Subscription subscription, IAppSender app, Publisher publisher, PubSubMetrics metrics, TimeProvider time, ILogger log)
    {
        (this.component, this.subscription, this.time, this.log) = (component, subscription, time, log);
        var deadLetters = new DeadLetters(component, subscription, publisher, time, log, stopping.Token);
        if (subscription.Spec.BulkSubscribe is { Enabled: true } bulk)
        {
            var delivery = new BulkDelivery(component, subscription, app, deadLetters, metrics, time, log, stopping.Token, aborting.Token);
            var collector = new BulkCollector(bulk, delivery.HandleAsync, time, stopping.Token);
            (handler, collecting) = (collector.HandleAsync, collector.Collecting);
        }
        else
        {
            handler = new EventDelivery(component, subscription, app, deadLetters, metrics, time, log, stopping.Token).HandleAsync;
        }
    }

    public string PubSub => component.Name;

    /// <summary>Returns after the first try.</summary>
    public async Task StartAsync()
    {
        try
        {
            atBroker = await SubscribeAsync();
        }
        catch (Exception problem)
        {
            log.LogError("Failed to start subscription for pubsub {PubSub}, topic {Topic}: {Problem}", component.Name, subscription.Spec.Topic, problem.Message);
            retrying = RetryAsync();
        }
    }

    /// <summary>
    /// The broker is told first, so that what fails from now on is left to it unanswered. Handlers that are at work may end; what waits
    /// for its next try, or for a batch, does not wait longer.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        var ending = atBroker?.DisposeAsync() ?? ValueTask.CompletedTask;
        await stopping.CancelAsync();
        await ending;
        await retrying;
        await aborting.CancelAsync();
        await collecting;
        stopping.Dispose();
        aborting.Dispose();
    }

    private async Task RetryAsync()
    {
        var pauses = new Backoff();
        while (true)
        {
            await Task.Delay(pauses.Next(), time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            try
            {
                var subscribed = await SubscribeAsync();
                if (stopping.IsCancellationRequested)
                {
                    await subscribed.DisposeAsync();
                    return;
                }

                atBroker = subscribed;
                log.LogInformation("Successfully started subscription after retry for pubsub {PubSub}, topic {Topic}", component.Name, subscription.Spec.Topic);
                return;
            }
            catch (Exception problem)
            {
                log.LogError("Retry failed for subscription pubsub {PubSub}, topic {Topic}: {Problem}. Will retry.", component.Name, subscription.Spec.Topic, problem.Message);
            }
        }
    }

    private async Task<IAsyncDisposable> SubscribeAsync()
    {
        var topic = subscription.Spec.Topic;
        if (!component.Scopes.MaySubscribe(topic))
        {
            throw new SubscriptionException($"subscription to topic '{topic}' on pubsub '{component.Name}' is not allowed");
        }

        return await component.Broker.SubscribeAsync(new BrokerSubscription(component.AtBroker(topic)) { Metadata = subscription.Spec.Metadata }, handler, stopping.Token);
    }
}
