using Sidecar.PubSub.Delivery;
using Sidecar.PubSub.Publishing;
using Sidecar.Telemetry.Metrics;

namespace Sidecar.PubSub.Subscriptions;

/// <summary>Asks an app for its subscriptions, once in the life of this sidecar.</summary>
internal delegate Task<IReadOnlyList<SubscriptionSpec>> ProgrammaticSource(CancellationToken cancellation);

/// <summary>The subscriptions of one app: they run while the app is well and stop while it is not.</summary>
internal sealed class AppSubscriptions(
    SubscriptionTable table, ProgrammaticSource? source, IReadOnlyDictionary<string, PubSubComponent> components, IAppSender app, Publisher publisher,
    PubSubMetrics metrics, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private List<RunningSubscription>? running;
    private bool hasAsked;

    /// <summary>
    /// Returns when each subscription has been tried once. Throws <see cref="SubscriptionException"/> when the app's own wishes could not
    /// be had; then nothing starts until it is called again.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            if (running is null)
            {
                await AskAsync(cancellation);
                running = Create();
                await Task.WhenAll(running.GroupBy(one => one.PubSub, StringComparer.Ordinal).Select(StartAllAsync));
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Returns when nothing is being delivered any more.</summary>
    public async Task StopAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (running is not null)
            {
                await Task.WhenAll(running.Select(one => one.DisposeAsync().AsTask()));
                running = null;
            }
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        gate.Dispose();
    }

    private async Task AskAsync(CancellationToken cancellation)
    {
        if (hasAsked || components.Count == 0)
        {
            return;
        }

        hasAsked = true;
        if (source is null)
        {
            log.LogWarning("Skipping programmatic subscription loading (see 'disable-init-endpoints' flag/annotation)");
            return;
        }

        var specs = await source(cancellation);
        table.SetProgrammatic(specs);
        foreach (var topics in specs.GroupBy(spec => spec.PubSubName, spec => spec.Topic, StringComparer.Ordinal))
        {
            log.LogInformation("app is subscribed to the following topics: [{Topics}] through pubsub={PubSub}", string.Join(' ', topics), topics.Key);
        }
    }

    private List<RunningSubscription> Create()
    {
        var created = new List<RunningSubscription>();
        foreach (var subscription in table.All)
        {
            if (components.TryGetValue(subscription.Spec.PubSubName, out var component))
            {
                created.Add(new RunningSubscription(component, subscription, app, publisher, metrics, time, log));
            }
        }

        return created;
    }

    /// <summary>One after the other at each broker, so that one that hangs holds up only its own.</summary>
    private static async Task StartAllAsync(IEnumerable<RunningSubscription> subscriptions)
    {
        foreach (var subscription in subscriptions)
        {
            await subscription.StartAsync();
        }
    }
}
