namespace Sidecar.Telemetry.Metrics;

/// <summary>What became of a delivery.</summary>
public enum DeliveryStatus
{
    Success,
    Retry,
    Drop,
}

/// <summary>Messages to brokers and from them.</summary>
public sealed class PubSubMetrics
{
    private readonly bool isEnabled;
    private readonly SeriesCache<(string Component, string Topic, DeliveryStatus Process, DeliveryStatus Status), Timed> ingress;
    private readonly SeriesCache<(string Component, string Topic), Timed> bulkIngress;
    private readonly SeriesCache<(string Component, string Topic, DeliveryStatus Process), Counter> bulkIngressEvents;
    private readonly SeriesCache<(string Component, string Topic, bool Success), Timed> egress;
    private readonly SeriesCache<(string Component, string Topic, bool Success), Timed> bulkEgress;

    public PubSubMetrics(MetricRegistry registry, MetricsSettings settings, string appId, string ns)
    {
        isEnabled = settings.Enabled;
        string[] sent = ["app_id", "component", "namespace", "success", "topic"];
        string[] bulk = ["app_id", "component", "namespace", "process_status", "topic"];
        string[] received = [.. bulk, "status"];
        var ingressCount = registry.Counter("component/pubsub_ingress/count", "The number of incoming messages arriving from the pub/sub component.", received);
        var ingressLatency = registry.Latency("component/pubsub_ingress/latencies", "The consuming app event processing latency.", received);
        var bulkCount = registry.Counter("component/pubsub_ingress/bulk/count", "The number of incoming bulk subscribe calls arriving from the bulk pub/sub component.", bulk);
        var bulkEvents = registry.Counter("component/pubsub_ingress/bulk/event_count", "Total number of incoming messages arriving from the bulk pub/sub component via Bulk Subscribe.", bulk);
        var bulkLatency = registry.Latency("component/pubsub_ingress/bulk/latencies", "The consuming app event processing latency for the bulk pub/sub component.", bulk);
        var egressCount = registry.Counter("component/pubsub_egress/count", "The number of outgoing messages published to the pub/sub component.", sent);
        var egressLatency = registry.Latency("component/pubsub_egress/latencies", "The latency of the response from the pub/sub component.", sent);
        var bulkEgressCount = registry.Counter("component/pubsub_egress/bulk/count", "The number of bulk publish calls to the pub/sub component.", sent);
        var bulkEgressLatency = registry.Latency("component/pubsub_egress/bulk/latencies", "The latency of the response for the bulk publish call from the pub/sub component.", sent);
        ingress = new(key => Timed.Of(ingressCount, ingressLatency, appId, key.Component, ns, Word(key.Process), key.Topic, Word(key.Status)));
        bulkIngress = new(key => Timed.Of(bulkCount, bulkLatency, appId, key.Component, ns, "", key.Topic));
        bulkIngressEvents = new(key => bulkEvents.Counter(appId, key.Component, ns, Word(key.Process), key.Topic));
        egress = new(key => Timed.Of(egressCount, egressLatency, appId, key.Component, ns, ComponentMetrics.Word(key.Success), key.Topic));
        bulkEgress = new(key => Timed.Of(bulkEgressCount, bulkEgressLatency, appId, key.Component, ns, ComponentMetrics.Word(key.Success), key.Topic));
    }

    /// <summary>
    /// One message has been delivered or not. <paramref name="status"/> says how that ended for the broker where it differs: a message
    /// that the app dropped was a success.
    /// </summary>
    public void Delivered(string component, string topic, DeliveryStatus process, TimeSpan elapsed, DeliveryStatus? status = null)
    {
        if (isEnabled)
        {
            ingress.Get((component, topic, process, status ?? process)).Add(elapsed);
        }
    }

    /// <summary>Messages were delivered together, so many with each end.</summary>
    public void DeliveredTogether(string component, string topic, TimeSpan elapsed, params ReadOnlySpan<(DeliveryStatus Process, int Count)> events)
    {
        if (!isEnabled)
        {
            return;
        }

        bulkIngress.Get((component, topic)).Add(elapsed);
        foreach (var (process, count) in events)
        {
            bulkIngressEvents.Get((component, topic, process)).Add(count);
        }
    }

    public void Published(string component, string topic, bool success, TimeSpan elapsed)
    {
        if (isEnabled)
        {
            egress.Get((component, topic, success)).Add(elapsed);
        }
    }

    /// <summary>Messages were published together. Daprd declares how many, too, but a slip keeps it from ever counting them.</summary>
    public void PublishedTogether(string component, string topic, bool success, TimeSpan elapsed)
    {
        if (isEnabled)
        {
            bulkEgress.Get((component, topic, success)).Add(elapsed);
        }
    }

    private static string Word(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Success => "success",
        DeliveryStatus.Retry => "retry",
        _ => "drop",
    };
}
