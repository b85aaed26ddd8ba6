using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Sidecar.Telemetry.Metrics;

/// <summary>HTTP requests to the sidecar, and from it to its app.</summary>
public sealed class HttpMetrics
{
    private const int MostPaths = 10_000;
    private readonly MetricsSettings settings;
    private readonly string appId;
    private readonly HttpPaths paths;
    private readonly Metric serverRequests;
    private readonly Metric serverResponses;
    private readonly Metric serverLatency;
    private readonly Histogram serverRequestBytes;
    private readonly Histogram serverResponseBytes;
    private readonly Metric clientSent;
    private readonly Histogram clientReceived;
    private readonly Metric clientLatency;
    private readonly Metric clientCompleted;
    private readonly Metric probeLatency;
    private readonly Metric probes;
    private readonly ConcurrentDictionary<string, PathSeries> servers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PathSeries>.AlternateLookup<ReadOnlySpan<char>> serversBySpan;
    private readonly SeriesCache<(string Path, string Method, int Status), ClientSeries> clients;

    public HttpMetrics(MetricRegistry registry, MetricsSettings settings, string appId)
    {
        this.settings = settings;
        this.appId = appId;
        paths = new HttpPaths(settings);
        string[] all = ["app_id", "method", "path", "status"];
        serverRequests = registry.Counter("http/server/request_count", "Count of HTTP requests processed by the server.", all);
        serverResponses = registry.Counter("http/server/response_count", "The number of HTTP responses", all);
        serverLatency = registry.Latency("http/server/latency", "HTTP request end-to-end latency in server.", all);
        serverRequestBytes = registry.Size("http/server/request_bytes", "HTTP request body size if set as ContentLength (uncompressed) in server.", "app_id").Histogram(appId);
        serverResponseBytes = registry.Size("http/server/response_bytes", "HTTP response body size (uncompressed) in server.", "app_id").Histogram(appId);
        clientSent = registry.Size("http/client/sent_bytes", "Total bytes sent in request body (not including headers)", all);
        clientReceived = registry.Size("http/client/received_bytes", "Total bytes received in response bodies (not including headers but including error responses with bodies)", "app_id").Histogram(appId);
        clientLatency = registry.Latency("http/client/roundtrip_latency", "Time between first byte of request headers sent to last byte of response received, or terminal error", all);
        clientCompleted = registry.Counter("http/client/completed_count", "Count of completed requests", all);
        probeLatency = registry.Latency("http/healthprobes/roundtrip_latency", "Time between first byte of health probes headers sent to last byte of response received, or terminal error", "app_id", "status");
        probes = registry.Counter("http/healthprobes/completed_count", "Count of completed health probes", "app_id", "status");
        clients = new(NewClient);
        serversBySpan = servers.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>A request to the sidecar has been answered; its path decoded, sizes of the bodies.</summary>
    public void ServerCompleted(string method, string path, int status, long requestSize, long responseSize, TimeSpan elapsed)
    {
        if (!settings.Enabled)
        {
            return;
        }

        var series = Path(path).Get(method, status);
        series.Requests.Add();
        series.Responses?.Add();
        series.Latency.Observe((long)elapsed.TotalMilliseconds);
        serverRequestBytes.Observe(requestSize);
        serverResponseBytes.Observe(responseSize);
    }

    /// <summary>A call of the app has ended; with 500 when it did not answer at all.</summary>
    public void ClientCompleted(string method, string path, int status, long requestSize, long responseSize, TimeSpan elapsed)
    {
        if (!settings.Enabled)
        {
            return;
        }

        var series = clients.Get((path, method, status));
        series.Sent.Observe(requestSize);
        series.Completed.Add();
        series.Latency.Observe((long)elapsed.TotalMilliseconds);
        clientReceived.Observe(responseSize);
    }

    public void ProbeCompleted(int status, TimeSpan elapsed)
    {
        if (settings.Enabled)
        {
            probes.Counter(appId, Text(status)).Add();
            probeLatency.Histogram(appId, Text(status)).Observe((long)elapsed.TotalMilliseconds);
        }
    }

    private PathSeries Path(string path)
    {
        if (paths.IsPlain && HttpPathLabel.TryPrefix(path, out var label))
        {
            return serversBySpan.TryGetValue(label, out var known) ? known : Add(label.ToString());
        }

        return Add(paths.OfServer(path));
    }

    private PathSeries Add(string label)
    {
        if (servers.TryGetValue(label, out var known))
        {
            return known;
        }

        return servers.Count < MostPaths ? servers.GetOrAdd(label, static (name, self) => new PathSeries(self, name), this) : new PathSeries(this, label);
    }

    private ServerSeries NewServer(string method, string path, int status)
    {
        string[] values = [appId, Verb(method), path, Text(status)];
        return new ServerSeries(
            serverRequests.Counter(values), settings.IncreasedCardinality ? serverResponses.Counter(values) : null, serverLatency.Histogram(values));
    }

    private ClientSeries NewClient((string Path, string Method, int Status) key)
    {
        var (path, verb) = (paths.OfClient(key.Path), Verb(key.Method));
        return new ClientSeries(
            clientSent.Histogram(appId, verb, path, ""),
            clientCompleted.Counter(appId, verb, path, Text(key.Status)),
            clientLatency.Histogram(appId, verb, path, Text(key.Status)));
    }

    private string Verb(string method) => settings.ExcludeVerbs ? "" : IsKnown(method) ? method : "UNKNOWN";

    private static bool IsKnown(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsPut(method) || HttpMethods.IsPost(method) || HttpMethods.IsPatch(method) || HttpMethods.IsDelete(method) ||
        HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsConnect(method) || HttpMethods.IsTrace(method);

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);

    private sealed record ServerSeries(Counter Requests, Counter? Responses, Histogram Latency);

    private sealed record ClientSeries(Histogram Sent, Counter Completed, Histogram Latency);

    private sealed class PathSeries(HttpMetrics owner, string label)
    {
        private readonly SeriesCache<(string Method, int Status), ServerSeries> series = new(key => owner.NewServer(key.Method, label, key.Status));

        public ServerSeries Get(string method, int status) => series.Get((method, status));
    }
}
