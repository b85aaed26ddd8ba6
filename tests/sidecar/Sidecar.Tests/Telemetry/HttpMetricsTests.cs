using Sidecar.Telemetry;
using Sidecar.Telemetry.Metrics;

namespace Sidecar.Tests.Telemetry;

public sealed class HttpMetricsTests
{
    [Fact]
    public async Task Requests_are_counted_by_method_path_and_status()
    {
        await using var host = await TelemetryHost.StartAsync(new TelemetrySettings { AppId = "a" });
        await host.SendAsync("GET", "/v1.0/state/s/k1");
        await host.SendAsync("GET", "/v1.0/state/s/k%202?metadata.x=1");
        await host.SendAsync("POST", "/v1.0/state/s");
        await host.SendAsync("GET", "/v1.0/state/nope/k");
        await host.SendAsync("GET", "/v1.0/invoke/b/method/x");
        await host.SendAsync("GET", "/v1.0/healthz");
        await host.SendAsync("BREW", "/v1.0/state/s");
        var page = await StoppedAsync(host);
        Assert.Equal(2, page["""dapr_http_server_request_count{app_id="a",method="GET",path="/v1.0/state/s",status="200"}"""]);
        Assert.Equal(2, page["""dapr_http_server_response_count{app_id="a",method="GET",path="/v1.0/state/s",status="200"}"""]);
        Assert.Equal(1, page["""dapr_http_server_request_count{app_id="a",method="POST",path="/v1.0/state/s",status="204"}"""]);
        Assert.Equal(1, page["""dapr_http_server_request_count{app_id="a",method="GET",path="/v1.0/state/nope",status="400"}"""]);
        Assert.Equal(1, page["""dapr_http_server_request_count{app_id="a",method="GET",path="/v1.0/invoke/b/method/x",status="200"}"""]);
        Assert.Equal(1, page["""dapr_http_server_request_count{app_id="a",method="GET",path="/v1.0/healthz",status="204"}"""]);
        Assert.Equal(1, page["""dapr_http_server_request_count{app_id="a",method="UNKNOWN",path="/v1.0/state/s",status="404"}"""]);
        Assert.Equal(2, page["""dapr_http_server_latency_count{app_id="a",method="GET",path="/v1.0/state/s",status="200"}"""]);
        Assert.Equal(7, page["""dapr_http_server_request_bytes_count{app_id="a"}"""]);
        Assert.Equal(4, page["""dapr_http_server_request_bytes_sum{app_id="a"}"""]);
        Assert.Equal("counter", page.Types["dapr_http_server_request_count"]);
        Assert.Equal("histogram", page.Types["dapr_http_server_latency"]);
    }

    [Fact]
    public async Task The_size_of_a_streamed_answer_is_what_was_sent()
    {
        await using var host = await TelemetryHost.StartAsync(new TelemetrySettings { AppId = "a" });
        await host.SendAsync("GET", "/v1.0/invoke/b/method/x");
        Assert.Equal(12, (await StoppedAsync(host))["""dapr_http_server_response_bytes_sum{app_id="a"}"""]);
    }

    [Fact]
    public void With_low_cardinality_paths_are_no_labels()
    {
        var page = Server(new MetricsSettings { IncreasedCardinality = false }, "/v1.0/state/s/k", "/v1.0/invoke/a/method/b");
        Assert.Equal(2, page["""dapr_http_server_request_count{app_id="a",method="GET",path="",status="200"}"""]);
        Assert.DoesNotContain("dapr_http_server_response_count", page.Types.Keys);
    }

    [Theory]
    [InlineData(true, "/v1.0/invoke/myapp/method/orders/1", "/v1.0/invoke/myapp/method/orders/{id}")]
    [InlineData(true, "/v1.0/invoke/myapp/method/basket", "/v1.0/invoke/myapp/method/basket")]
    [InlineData(true, "/v1.0/state/s/k", "/v1.0/state/s")]
    [InlineData(false, "/v1.0/invoke/myapp/method/orders/1", "/v1.0/invoke/myapp/method/orders/{id}")]
    [InlineData(false, "/v1.0/invoke/myapp/method/basket", "")]
    [InlineData(false, "/v1.0/state/s/k", "")]
    public void Configured_patterns_are_the_labels(bool increased, string path, string expected)
    {
        var page = Server(new MetricsSettings { IncreasedCardinality = increased, PathMatching = ["/v1.0/invoke/myapp/method/orders/{id}"] }, path);
        Assert.Equal(1, page[$$"""dapr_http_server_request_count{app_id="a",method="GET",path="{{expected}}",status="200"}"""]);
    }

    [Fact]
    public void Verbs_can_be_left_out() =>
        Assert.Equal(1, Server(new MetricsSettings { ExcludeVerbs = true }, "/v1.0/metadata")["""dapr_http_server_request_count{app_id="a",method="",path="/v1.0/metadata",status="200"}"""]);

    [Fact]
    public void Switched_off_nothing_is_counted() =>
        Assert.DoesNotContain(Server(new MetricsSettings { Enabled = false }, "/v1.0/metadata").Names, name => name.StartsWith("dapr_", StringComparison.Ordinal));

    [Fact]
    public void Rules_rewrite_labels()
    {
        var page = Server(
            new MetricsSettings { Rules = [new LabelRule("dapr_http_server_request_count", "path", "/orders/.+", "/orders/ID")] },
            "/v1.0/invoke/b/method/orders/1", "/v1.0/invoke/b/method/orders/2");
        Assert.Equal(2, page["""dapr_http_server_request_count{app_id="a",method="GET",path="/v1.0/invoke/b/method/orders/ID",status="200"}"""]);
        Assert.Equal(1, page["""dapr_http_server_response_count{app_id="a",method="GET",path="/v1.0/invoke/b/method/orders/1",status="200"}"""]);
    }

    [Fact]
    public void A_rule_that_is_no_pattern_is_refused() =>
        Assert.Throws<TelemetryException>(() => new SidecarMetrics(new MetricsSettings { Rules = [new LabelRule("m", "l", "(", "x")] }, "a", "default"));

    [Fact]
    public void Labels_that_are_long_or_no_plain_text_are_not_counted()
    {
        var page = Server(new MetricsSettings(), "/v1.0/invoke/b/method/é", "/v1.0/invoke/b/method/" + new string('x', 300), "/v1.0/invoke/b/method/quo\"te");
        Assert.Equal("""dapr_http_server_request_count{app_id="a",method="GET",path="/v1.0/invoke/b/method/quo\"te",status="200"}""", Assert.Single(page.Names, name => name.StartsWith("dapr_http_server_request_count", StringComparison.Ordinal)));
    }

    [Fact]
    public void Latency_falls_into_buckets_below_their_bound()
    {
        var metrics = new SidecarMetrics(new MetricsSettings { LatencyBuckets = [1, 5, 1_000_000] }, "a", "default");
        foreach (var milliseconds in new[] { 0.4, 1, 4.9, 5, 2_000_000 })
        {
            metrics.Http.ServerCompleted("GET", "/v1.0/metadata", 200, 0, 0, TimeSpan.FromMilliseconds(milliseconds));
        }

        var page = new PrometheusPage(metrics.Text());
        const string Labels = """app_id="a",method="GET",path="/v1.0/metadata",status="200",le=""";
        Assert.Equal(1, page[$$"""dapr_http_server_latency_bucket{{{Labels}}"1"}"""]);
        Assert.Equal(3, page[$$"""dapr_http_server_latency_bucket{{{Labels}}"5"}"""]);
        Assert.Equal(4, page[$$"""dapr_http_server_latency_bucket{{{Labels}}"1e+06"}"""]);
        Assert.Equal(5, page[$$"""dapr_http_server_latency_bucket{{{Labels}}"+Inf"}"""]);
        Assert.Equal(2_000_010, page["""dapr_http_server_latency_sum{app_id="a",method="GET",path="/v1.0/metadata",status="200"}"""]);
    }

    [Fact]
    public void Calls_of_the_app_are_counted_by_its_own_paths()
    {
        var metrics = new SidecarMetrics(new MetricsSettings(), "a", "default");
        metrics.Http.ClientCompleted("POST", "orders/1", 200, 5, 7, TimeSpan.FromMilliseconds(3));
        metrics.Http.ClientCompleted("GET", "dapr/subscribe", 404, 0, 0, TimeSpan.FromMilliseconds(3));
        metrics.Http.ProbeCompleted(200, TimeSpan.FromMilliseconds(3));
        var page = new PrometheusPage(metrics.Text());
        Assert.Equal(1, page["""dapr_http_client_completed_count{app_id="a",method="POST",path="/orders/1",status="200"}"""]);
        Assert.Equal(5, page["""dapr_http_client_sent_bytes_sum{app_id="a",method="POST",path="/orders/1",status=""}"""]);
        Assert.Equal(1, page["""dapr_http_client_completed_count{app_id="a",method="GET",path="/dapr/subscribe",status="404"}"""]);
        Assert.Equal(7, page["""dapr_http_client_received_bytes_sum{app_id="a"}"""]);
        Assert.Equal(1, page["""dapr_http_healthprobes_completed_count{app_id="a",status="200"}"""]);
    }

    private static PrometheusPage Server(MetricsSettings settings, params string[] paths)
    {
        var metrics = new SidecarMetrics(settings, "a", "default");
        foreach (var path in paths)
        {
            metrics.Http.ServerCompleted("GET", path, 200, 0, 0, TimeSpan.FromMilliseconds(1));
        }

        return new PrometheusPage(metrics.Text());
    }

    private static async Task<PrometheusPage> StoppedAsync(TelemetryHost host)
    {
        await host.StopAsync();
        return new PrometheusPage(host.Telemetry.Metrics.Text());
    }
}
