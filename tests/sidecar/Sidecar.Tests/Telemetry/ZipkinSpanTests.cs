using System.Text.Json;
using Sidecar.Telemetry;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

/// <summary>Spans as Zipkin gets them, in the shapes that a real daprd was seen to send.</summary>
public sealed class ZipkinSpanTests : IAsyncLifetime
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string ParentId = "b7ad6b7169203301";
    private Collector collector = null!;
    private TelemetryHost host = null!;

    public async ValueTask InitializeAsync()
    {
        collector = await Collector.StartAsync();
        host = await TelemetryHost.StartAsync(new TelemetrySettings
        {
            AppId = "Truth-A",
            Tracing = OtelEnvironment.Apply(new TracingSettings { SamplingRate = "1", ZipkinEndpoint = collector.Zipkin }, "Truth-A", _ => null),
        });
    }

    [Fact]
    public async Task Reading_state()
    {
        var span = await OneSpanAsync("GET", "/v1.0/state/inmem/z");
        Assert.Equal("/v1.0/state/inmem/z", Text(span, "name"));
        Assert.Equal("CLIENT", Text(span, "kind"));
        Assert.Equal((TraceId, ParentId), (Text(span, "traceId"), Text(span, "parentId")));
        Assert.Equal("truth-a", Text(span.GetProperty("localEndpoint"), "serviceName"));
        Assert.Equal("127.0.0.1", Text(span.GetProperty("remoteEndpoint"), "serviceName"));
        Assert.InRange(span.GetProperty("duration").GetInt64(), 1, 10_000_000);
        Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds(span.GetProperty("timestamp").GetInt64() / 1000), DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.MaxValue);
        AssertTags(
            span,
            ("dapr.api", "GET /v1.0/state/inmem/z"), ("dapr.protocol", "http"), ("dapr.status_code", "200"), ("db.connection_string", "state"),
            ("db.name", "inmem"), ("db.statement", "GET /v1.0/state/inmem/z"), ("db.system", "state"), ("http.request.method", "GET"),
            ("otel.scope.name", "dapr-diagnostics"), ("server.address", "127.0.0.1"), ("service.name", "Truth-A"), ("url.full", "/v1.0/state/inmem/z"));
    }

    [Fact]
    public async Task An_error()
    {
        var span = await OneSpanAsync("GET", "/v1.0/state/nope/z");
        AssertTags(
            span,
            ("dapr.api", "GET /v1.0/state/nope/z"), ("dapr.protocol", "http"), ("dapr.status_code", "400"), ("db.connection_string", "state"),
            ("db.name", "nope"), ("db.statement", "GET /v1.0/state/nope/z"), ("db.system", "state"), ("error", "Code(400): Bad Request"),
            ("http.request.method", "GET"), ("otel.scope.name", "dapr-diagnostics"), ("otel.status_code", "ERROR"), ("server.address", "127.0.0.1"),
            ("service.name", "Truth-A"), ("url.full", "/v1.0/state/nope/z"));
    }

    [Fact]
    public async Task Publishing()
    {
        var span = await OneSpanAsync("POST", "/v1.0/publish/pubsub/t-success?metadata.rawPayload=true");
        Assert.Equal("/v1.0/publish/pubsub/t-success", Text(span, "name"));
        AssertTags(
            span,
            ("dapr.api", "POST /v1.0/publish/pubsub/t-success"), ("dapr.protocol", "http"), ("dapr.status_code", "204"), ("http.request.method", "POST"),
            ("messaging.system", "pubsub"), ("otel.scope.name", "dapr-diagnostics"), ("server.address", "127.0.0.1"), ("service.name", "Truth-A"),
            ("url.full", "/v1.0/publish/pubsub/t-success?metadata.rawPayload=true"));
    }

    [Fact]
    public async Task Invoking()
    {
        var span = await OneSpanAsync("POST", "/v1.0/invoke/truth-b/method/echo", ("dapr-note", "seen"), ("dapr-api-token", "secret"));
        Assert.Equal("calllocal/truth-b/echo", Text(span, "name"));
        AssertTags(
            span,
            ("dapr-note", "seen"), ("dapr.api", "POST /v1.0/invoke/truth-b/method/echo"), ("dapr.protocol", "http"), ("dapr.status_code", "200"),
            ("http.request.method", "POST"), ("net.peer.name", "truth-b"), ("otel.scope.name", "dapr-diagnostics"), ("rpc.service", "ServiceInvocation"),
            ("server.address", "127.0.0.1"), ("service.name", "Truth-A"), ("url.full", "/v1.0/invoke/truth-b/method/echo"));
    }

    [Fact]
    public async Task Paths_are_shown_unescaped_and_as_they_came()
    {
        var span = await OneSpanAsync("GET", "/v1.0/state//inmem/a%20b");
        Assert.Equal("/v1.0/state//inmem/a b", Text(span, "name"));
        Assert.Equal("GET /v1.0/state//inmem/a b", Text(span.GetProperty("tags"), "dapr.api"));
        Assert.Equal("/v1.0/state//inmem/a%20b", Text(span.GetProperty("tags"), "url.full"));
    }

    [Fact]
    public async Task Delivering_a_message()
    {
        var delivery = host.Telemetry.Tracer.Start("pubsub/t-success", SpanKind.Client, new TraceContext(1, 2, 1))!;
        delivery.Tag("messaging.system", "pubsub");
        delivery.Tag("messaging.destination.name", "t-success");
        delivery.EndHttp(200);
        await host.Telemetry.DisposeAsync();
        var span = (await collector.ZipkinSpansAsync()).Values.Single();
        Assert.Equal(("0000000000000001", "0000000000000002"), (Text(span, "traceId"), Text(span, "parentId")));
        Assert.False(span.TryGetProperty("remoteEndpoint", out _));
        AssertTags(
            span,
            ("messaging.destination.name", "t-success"), ("messaging.system", "pubsub"), ("otel.scope.name", "dapr-diagnostics"), ("service.name", "Truth-A"));
    }

    [Fact]
    public async Task A_service_has_no_remote_endpoint_and_a_store_is_one()
    {
        var server = host.Telemetry.Tracer.Start("orchestration||x", SpanKind.Server, default, "durabletask")!;
        server.Tag("server.address", "127.0.0.1");
        server.End();
        var store = host.Telemetry.Tracer.Start("/dapr.proto.runtime.v1.Dapr/GetState", SpanKind.Client, default)!;
        store.Tag("db.name", "InMem");
        store.End();
        await host.Telemetry.DisposeAsync();
        var spans = await collector.ZipkinSpansAsync();
        Assert.False(spans["orchestration||x"].TryGetProperty("remoteEndpoint", out _));
        Assert.Equal("durabletask", Text(spans["orchestration||x"].GetProperty("tags"), "otel.scope.name"));
        Assert.Equal("inmem", Text(spans["/dapr.proto.runtime.v1.dapr/getstate"].GetProperty("remoteEndpoint"), "serviceName"));
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await collector.DisposeAsync();
    }

    private static string? Text(JsonElement parent, string name) => parent.GetProperty(name).GetString();

    private static void AssertTags(JsonElement span, params (string Key, string Value)[] expected)
    {
        var tags = span.GetProperty("tags").EnumerateObject().Where(tag => tag.Name != "server.port").Select(tag => (tag.Name, tag.Value.GetString()!));
        Assert.Equal(expected, tags.OrderBy(tag => tag.Name, StringComparer.Ordinal));
    }

    /// <summary>The one span of one call, which is part of a sampled trace.</summary>
    private async Task<JsonElement> OneSpanAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        await host.SendAsync(method, path, [.. headers, ("traceparent", $"00-{TraceId}-{ParentId}-01")]);
        await host.StopAsync();
        return (await collector.ZipkinSpansAsync()).Values.Single();
    }
}
