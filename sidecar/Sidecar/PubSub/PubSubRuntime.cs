using Sidecar.Hosting;
using Sidecar.Invocation;
using Sidecar.Metadata;
using Sidecar.PubSub.Delivery;
using Sidecar.PubSub.Publishing;
using Sidecar.PubSub.Subscriptions;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.PubSub;

/// <summary>The pub/sub of one sidecar: its brokers, what its app publishes, what its app subscribes to.</summary>
public sealed class PubSubRuntime : IAsyncDisposable
{
    private readonly AppSubscriptions? subscriptions;
    private readonly SubscriptionTable table;
    private readonly ILogger log;

    /// <summary>
    /// Without a channel there is no app, and nothing is subscribed to. Throws <see cref="SubscriptionException"/> when a rule of
    /// a declared subscription cannot be read.
    /// </summary>
    public PubSubRuntime(
        SidecarOptions options,
        IReadOnlyDictionary<string, PubSubComponent> components,
        IEnumerable<SubscriptionSpec> declared,
        AppChannel? channel,
        ResiliencyPolicies policies,
        Tracer tracer,
        PubSubMetrics metrics,
        TimeProvider time,
        ILogger<PubSubRuntime> log)
    {
        this.log = log;
        var publisher = new Publisher(options.AppId);
        Api = new PubSubApi(options.AppId, components, publisher, tracer, metrics, time);
        table = new SubscriptionTable(declared, options.AppId);
        if (channel is not null)
        {
            var asks = !options.DisabledInitEndpoints.Contains("subscribe", StringComparer.Ordinal);
            var (source, app) = To(channel, options, policies.InitializationRetries, new DeliverySpans(tracer), log);
            subscriptions = new AppSubscriptions(table, asks ? source : null, components, app, publisher, metrics, time, log);
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

    private static (ProgrammaticSource Source, IAppSender App) To(AppChannel channel, SidecarOptions options, Policy retries, DeliverySpans spans, ILogger log) =>
        channel.Grpc is { } grpc
            ? (new GrpcSubscriptions(grpc, options.AppToken, retries, log).LoadAsync, new GrpcSender(grpc, options.AppToken, spans, log))
            : (new HttpSubscriptions(channel, options.AppId, options.MaxBodySize, retries, log).LoadAsync, new HttpSender(channel, spans, options.MaxBodySize, log));
}
