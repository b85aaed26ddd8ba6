using Sidecar.Errors;

namespace Sidecar.Telemetry.Metrics;

/// <summary>gRPC calls to the sidecar, and from it to its app.</summary>
public sealed class GrpcMetrics
{
    private readonly bool isEnabled;
    private readonly SeriesCache<(string Method, GrpcCode Code), Timed> servers;
    private readonly SeriesCache<string, Sizes> serverSizes;
    private readonly SeriesCache<(string Method, GrpcCode Code), Timed> clients;
    private readonly SeriesCache<string, Sizes> clientSizes;
    private readonly SeriesCache<GrpcCode, Timed> probes;

    public GrpcMetrics(MetricRegistry registry, MetricsSettings settings, string appId)
    {
        isEnabled = settings.Enabled;
        string[] serverMethod = ["app_id", "grpc_server_method"];
        string[] clientMethod = ["app_id", "grpc_client_method"];
        string[] server = [.. serverMethod, "grpc_server_status"];
        string[] client = [.. clientMethod, "grpc_client_status"];
        var serverReceived = registry.Size("grpc.io/server/received_bytes_per_rpc", "Total bytes received across all messages per RPC.", serverMethod);
        var serverSent = registry.Size("grpc.io/server/sent_bytes_per_rpc", "Total bytes sent in across all response messages per RPC.", serverMethod);
        var serverLatency = registry.Latency("grpc.io/server/server_latency", "Time between first byte of request received to last byte of response sent, or terminal error.", server);
        var serverCompleted = registry.Counter("grpc.io/server/completed_rpcs", "Distribution of bytes sent per RPC, by method.", server);
        var clientSent = registry.Size("grpc.io/client/sent_bytes_per_rpc", "Total bytes sent across all request messages per RPC.", clientMethod);
        var clientReceived = registry.Size("grpc.io/client/received_bytes_per_rpc", "Total bytes received across all response messages per RPC.", clientMethod);
        var clientLatency = registry.Latency("grpc.io/client/roundtrip_latency", "Time between first byte of request sent to last byte of response received, or terminal error.", client);
        var clientCompleted = registry.Counter("grpc.io/client/completed_rpcs", "Count of RPCs by method and status.", client);
        var probeLatency = registry.Latency("grpc.io/healthprobes/roundtrip_latency", "Time between first byte of health probes sent to last byte of response received, or terminal error", "app_id", "grpc_client_status");
        var probeCount = registry.Counter("grpc.io/healthprobes/completed_count", "Count of completed health probes", "app_id", "grpc_client_status");
        servers = new(key => Timed.Of(serverCompleted, serverLatency, appId, key.Method, Name(key.Code)));
        serverSizes = new(method => Sizes.Of(serverReceived, serverSent, appId, method));
        clients = new(key => Timed.Of(clientCompleted, clientLatency, appId, key.Method, Name(key.Code)));
        clientSizes = new(method => Sizes.Of(clientReceived, clientSent, appId, method));
        probes = new(code => Timed.Of(probeCount, probeLatency, appId, Name(code)));
    }

    /// <summary>A call to the sidecar has ended; sizes of its messages.</summary>
    public void ServerCompleted(string method, GrpcCode code, long requestSize, long responseSize, TimeSpan elapsed)
    {
        if (isEnabled)
        {
            Completed(servers.Get((method, code)), elapsed);
            serverSizes.Get(method).Add(requestSize, responseSize);
        }
    }

    /// <summary>A call that was passed on message by message has ended.</summary>
    public void StreamCompleted(string method, GrpcCode code, bool isFromApp, TimeSpan elapsed)
    {
        if (isEnabled)
        {
            Completed((isFromApp ? servers : clients).Get((method, code)), elapsed);
        }
    }

    /// <summary>A call of the app has ended; sizes of its messages.</summary>
    public void ClientCompleted(string method, GrpcCode code, long requestSize, long responseSize, TimeSpan elapsed)
    {
        if (isEnabled)
        {
            Completed(clients.Get((method, code)), elapsed);
            clientSizes.Get(method).Add(responseSize, requestSize);
        }
    }

    public void ProbeCompleted(GrpcCode code, TimeSpan elapsed)
    {
        if (isEnabled)
        {
            Completed(probes.Get(code), elapsed);
        }
    }

    private static void Completed(Timed series, TimeSpan elapsed)
    {
        series.Count.Add();
        series.Latency.Observe((long)elapsed.TotalMilliseconds);
    }

    /// <summary>Codes by their names in Go.</summary>
    private static string Name(GrpcCode code) => code == GrpcCode.Ok ? "OK" : code.ToString();

    private sealed record Sizes(Histogram Received, Histogram Sent)
    {
        public static Sizes Of(Metric received, Metric sent, params ReadOnlySpan<string> values) => new(received.Histogram(values), sent.Histogram(values));

        public void Add(long received, long sent)
        {
            Received.Observe(received);
            Sent.Observe(sent);
        }
    }
}
