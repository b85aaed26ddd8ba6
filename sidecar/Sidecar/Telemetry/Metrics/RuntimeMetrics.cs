using System.Globalization;

namespace Sidecar.Telemetry.Metrics;

/// <summary>Components as they load, and invocations between sidecars.</summary>
public sealed class RuntimeMetrics
{
    private const string Unary = "unary";
    private const string Streaming = "streaming";
    private readonly bool isEnabled;
    private readonly string appId;
    private readonly Metric loaded;
    private readonly Metric initialized;
    private readonly Metric initFailed;
    private readonly SeriesCache<(string Target, string Type), Counter> requestsSent;
    private readonly SeriesCache<string, Counter> requestsReceived;
    private readonly SeriesCache<(string Target, int Status), Counter> responsesSent;
    private readonly SeriesCache<(string Source, int Status, string Type), Counter> responsesReceived;
    private readonly SeriesCache<(string Source, int Status), Histogram> responseLatency;

    public RuntimeMetrics(MetricRegistry registry, MetricsSettings settings, string appId)
    {
        isEnabled = settings.Enabled;
        this.appId = appId;
        loaded = registry.Counter("runtime/component/loaded", "The number of successfully loaded components.", "app_id");
        initialized = registry.Counter("runtime/component/init_total", "The number of initialized components.", "app_id", "component");
        initFailed = registry.Counter("runtime/component/init_fail_total", "The number of component initialization failures.", "app_id", "component", "reason", "componentName");
        var sent = registry.Counter("runtime/service_invocation/req_sent_total", "The number of requests sent via service invocation.", "app_id", "dst_app_id", "type");
        var received = registry.Counter("runtime/service_invocation/req_recv_total", "The number of requests received via service invocation.", "app_id", "src_app_id");
        var answered = registry.Counter("runtime/service_invocation/res_sent_total", "The number of responses sent via service invocation.", "app_id", "dst_app_id", "status");
        var got = registry.Counter("runtime/service_invocation/res_recv_total", "The number of responses received via service invocation.", "app_id", "src_app_id", "status", "type");
        var latency = registry.Latency("runtime/service_invocation/res_recv_latency_ms", "The latency of service invocation response.", "app_id", "src_app_id", "status");
        requestsSent = new(key => sent.Counter(appId, key.Target, key.Type));
        requestsReceived = new(source => received.Counter(appId, source));
        responsesSent = new(key => answered.Counter(appId, key.Target, Text(key.Status)));
        responsesReceived = new(key => got.Counter(appId, key.Source, Text(key.Status), key.Type));
        responseLatency = new(key => latency.Histogram(appId, key.Source, Text(key.Status)));
    }

    public void ComponentLoaded()
    {
        if (isEnabled)
        {
            loaded.Counter(appId).Add();
        }
    }

    /// <summary>The type as the YAML names it: state.redis.</summary>
    public void ComponentInitialized(string type)
    {
        if (isEnabled)
        {
            initialized.Counter(appId, type).Add();
        }
    }

    /// <summary>The reason is creation or init.</summary>
    public void ComponentFailed(string type, string reason, string name)
    {
        if (isEnabled)
        {
            initFailed.Counter(appId, type, reason, name).Add();
        }
    }

    public void InvocationSent(string target, bool isStream = false)
    {
        if (isEnabled)
        {
            requestsSent.Get((target, isStream ? Streaming : Unary)).Add();
        }
    }

    public void InvocationReceived(string source)
    {
        if (isEnabled)
        {
            requestsReceived.Get(source).Add();
        }
    }

    /// <summary>The status is one of HTTP or a code of gRPC, as the app speaks.</summary>
    public void InvocationAnswered(string source, int status)
    {
        if (isEnabled)
        {
            responsesSent.Get((source, status)).Add();
        }
    }

    public void InvocationCompleted(string target, int status, TimeSpan elapsed)
    {
        if (isEnabled)
        {
            responsesReceived.Get((target, status, Unary)).Add();
            responseLatency.Get((target, status)).Observe(elapsed.TotalMilliseconds);
        }
    }

    public void StreamedInvocationCompleted(string target, int status)
    {
        if (isEnabled)
        {
            responsesReceived.Get((target, status, Streaming)).Add();
        }
    }

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
