using Sidecar.Hosting;
using Sidecar.Invocation;
using Sidecar.Metadata;
using Sidecar.PubSub.Delivery;
using Sidecar.PubSub.Publishing;
using Sidecar.PubSub.Subscriptions;
using Sidecar.Resiliency;

namespace Sidecar.PubSub;

/// <summary>The pub/sub of one sidecar: its brokers, what its app publishes, what its app subscribes to.</summary>
public sealed class PubSubRuntime : IAsyncDisposable
{
    private readonly AppSubscriptions? subscriptions;
    private readonly SubscriptionTable table;
    private readonly ILogger log;

    /// <summary>Throws <see cref="SubscriptionException"/> when a rule of a declared subscription cannot be read.</summary>
    public PubSubRuntime(
        SidecarOptions options,
        IReadOnlyDictionary<string, PubSubComponent> components,
        IEnumerable<SubscriptionSpec> declared,
        AppChannel? channel,
        ResiliencyPolicies policies,
        PubSubTracing tracing,
        TimeProvider time,
        ILogger<PubSubRuntime> log)
    {
        this.log = log;
        var publisher = new Publisher(options.AppId);
        Api = new PubSubApi(options.AppId, components, publisher, tracing, time);
        table = new SubscriptionTable(declared, options.AppId);
        if (channel is not null)
        {
            var sender = new HttpSender(channel, tracing, options.MaxBodySize, log);
            ProgrammaticSource? source = options.DisabledInitEndpoints.Contains("subscribe", StringComparer.Ordinal)
                ? null
                : new HttpSubscriptions(channel, options.AppId, options.MaxBodySize, Policy.None, log).LoadAsync;
            subscriptions = new AppSubscriptions(table, source, components, sender, publisher, time, log);
        }
    }

    public PubSubApi Api { get; }

    public IReadOnlyList<SubscriptionInfo> Subscriptions => [.. table.All.Select(subscription => subscription.Describe())];

    /// <summary>To be called when the app is there, and again when it is well again after an illness.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (subscriptions is null)
        {
            return;
        }

        try
        {
            await subscriptions.StartAsync(cancellation);
        }
        catch (SubscriptionException problem)
        {
            log.LogWarning("failed to subscribe to topics: {Problem}", problem.Message);
        }
    }

    /// <summary>Ends deliveries and waits for those that are under way. What was not handled stays with the broker.</summary>
    public Task StopAsync() => subscriptions?.StopAsync() ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => subscriptions?.DisposeAsync() ?? ValueTask.CompletedTask;
}
