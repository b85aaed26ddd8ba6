using Sidecar.Errors;
using Sidecar.Telemetry;
using Sidecar.Telemetry.Metrics;

namespace Sidecar.Tests.Telemetry;

public sealed class MetricsTests
{
    private static readonly TimeSpan Elapsed = TimeSpan.FromMilliseconds(1.5);
    private readonly SidecarMetrics metrics = new(new MetricsSettings { RecordErrorCodes = true }, "a", "ns");

    [Fact]
    public async Task The_port_answers_every_path_with_the_page()
    {
        await using var host = await TelemetryHost.StartAsync(new TelemetrySettings { AppId = "a" });
        var page = new PrometheusPage(await host.MetricsAsync());
        Assert.True(page["process_resident_memory_bytes"] > 0);
        Assert.True(page["process_start_time_seconds"] > 1_600_000_000);
        Assert.Equal("counter", page.Types["process_cpu_seconds_total"]);
    }

    [Fact]
    public void Components_are_counted_with_fractions_of_milliseconds()
    {
        metrics.Components.State("s", "get", success: true, Elapsed);
        metrics.Components.State("s", "get", success: true, Elapsed);
        metrics.Components.State("s", "set", success: false, Elapsed);
        metrics.Components.Secret("v", "bulk_get", success: true, Elapsed);
        metrics.Components.OutputBinding("b", "create", success: true, Elapsed);
        metrics.Components.InputBinding("cron", success: true, TimeSpan.Zero);
        var page = Page();
        Assert.Equal(2, page["""dapr_component_state_count{app_id="a",component="s",namespace="ns",operation="get",success="true"}"""]);
        Assert.Equal(3, page["""dapr_component_state_latencies_sum{app_id="a",component="s",namespace="ns",operation="get",success="true"}"""]);
        Assert.Equal(1, page["""dapr_component_state_count{app_id="a",component="s",namespace="ns",operation="set",success="false"}"""]);
        Assert.Equal(1, page["""dapr_component_secret_count{app_id="a",component="v",namespace="ns",operation="bulk_get",success="true"}"""]);
        Assert.Equal(1, page["""dapr_component_output_binding_count{app_id="a",component="b",namespace="ns",operation="create",success="true"}"""]);
        Assert.Equal(1, page["""dapr_component_input_binding_count{app_id="a",component="cron",namespace="ns",success="true"}"""]);
        Assert.DoesNotContain("dapr_component_input_binding_latencies", page.Types.Keys);
    }

    [Fact]
    public void Messages_are_counted_by_what_became_of_them()
    {
        metrics.PubSub.Published("p", "t", success: true, Elapsed);
        metrics.PubSub.Delivered("p", "t", DeliveryStatus.Success, Elapsed);
        metrics.PubSub.Delivered("p", "t", DeliveryStatus.Drop, Elapsed, DeliveryStatus.Success);
        metrics.PubSub.PublishedTogether("p", "t", success: false, Elapsed);
        metrics.PubSub.DeliveredTogether("p", "t", Elapsed, (DeliveryStatus.Success, 2), (DeliveryStatus.Retry, 1));
        var page = Page();
        Assert.Equal(1, page["""dapr_component_pubsub_egress_count{app_id="a",component="p",namespace="ns",success="true",topic="t"}"""]);
        Assert.Equal(1, page["""dapr_component_pubsub_ingress_count{app_id="a",component="p",namespace="ns",process_status="success",status="success",topic="t"}"""]);
        Assert.Equal(1, page["""dapr_component_pubsub_ingress_count{app_id="a",component="p",namespace="ns",process_status="drop",status="success",topic="t"}"""]);
        Assert.Equal(1, page["""dapr_component_pubsub_egress_bulk_count{app_id="a",component="p",namespace="ns",success="false",topic="t"}"""]);
        Assert.Equal(1, page["""dapr_component_pubsub_ingress_bulk_count{app_id="a",component="p",namespace="ns",process_status="",topic="t"}"""]);
        Assert.Equal(2, page["""dapr_component_pubsub_ingress_bulk_event_count{app_id="a",component="p",namespace="ns",process_status="success",topic="t"}"""]);
    }

    [Fact]
    public void The_runtime_counts_components_and_invocations()
    {
        metrics.Runtime.ComponentLoaded();
        metrics.Runtime.ComponentInitialized("state.redis");
        metrics.Runtime.ComponentFailed("state.redis", "init", "s");
        metrics.Runtime.InvocationSent("b");
        metrics.Runtime.InvocationReceived("c");
        metrics.Runtime.InvocationAnswered("c", 200);
        metrics.Runtime.InvocationCompleted("b", 404, Elapsed);
        var page = Page();
        Assert.Equal(1, page["""dapr_runtime_component_loaded{app_id="a"}"""]);
        Assert.Equal(1, page["""dapr_runtime_component_init_total{app_id="a",component="state.redis"}"""]);
        Assert.Equal(1, page["""dapr_runtime_component_init_fail_total{app_id="a",component="state.redis",componentName="s",reason="init"}"""]);
        Assert.Equal(1, page["""dapr_runtime_service_invocation_req_sent_total{app_id="a",dst_app_id="b",type="unary"}"""]);
        Assert.Equal(1, page["""dapr_runtime_service_invocation_req_recv_total{app_id="a",src_app_id="c"}"""]);
        Assert.Equal(1, page["""dapr_runtime_service_invocation_res_sent_total{app_id="a",dst_app_id="c",status="200"}"""]);
        Assert.Equal(1, page["""dapr_runtime_service_invocation_res_recv_total{app_id="a",src_app_id="b",status="404",type="unary"}"""]);
        Assert.Equal(1.5, page["""dapr_runtime_service_invocation_res_recv_latency_ms_sum{app_id="a",src_app_id="b",status="404"}"""]);
    }

    [Fact]
    public void Circuit_breakers_show_their_state()
    {
        var use = new PolicyUse("r", "default", "circuitbreaker", "outbound", "app_b", "closed");
        metrics.Resiliency.Loaded("r", "default");
        metrics.Resiliency.Executed(use);
        metrics.Resiliency.Activated(use with { Status = "open" });
        metrics.Resiliency.Executed(new PolicyUse("r", "default", "retry", "inbound", "pubsub_p"));
        var page = Page();
        Assert.Equal(1, page["""dapr_resiliency_loaded{app_id="a",name="r",namespace="default"}"""]);
        Assert.Equal(1, page["""dapr_resiliency_count{app_id="a",flow_direction="outbound",name="r",namespace="default",policy="circuitbreaker",status="closed",target="app_b"}"""]);
        Assert.Equal(1, page["""dapr_resiliency_count{app_id="a",flow_direction="inbound",name="r",namespace="default",policy="retry",status="",target="pubsub_p"}"""]);
        Assert.Equal(0, page["""dapr_resiliency_cb_state{app_id="a",flow_direction="outbound",name="r",namespace="default",policy="circuitbreaker",status="closed",target="app_b"}"""]);
        Assert.Equal(1, page["""dapr_resiliency_cb_state{app_id="a",flow_direction="outbound",name="r",namespace="default",policy="circuitbreaker",status="open",target="app_b"}"""]);
        Assert.Equal("gauge", page.Types["dapr_resiliency_cb_state"]);
    }

    [Theory]
    [InlineData("ERR_STATE_SAVE", null, "ERR_STATE_SAVE", "state")]
    [InlineData("ERR_STATE_STORE_NOT_FOUND", "DAPR_STATE_NOT_FOUND", "DAPR_STATE_NOT_FOUND", "state")]
    [InlineData("ERR_PUBSUB_NOT_FOUND", "DAPR_PUBSUB_NOT_FOUND", "DAPR_PUBSUB_NOT_FOUND", "pubsub")]
    [InlineData("ERR_DIRECT_INVOKE", null, "ERR_DIRECT_INVOKE", "service-invocation")]
    [InlineData("ERR_SECRET_STORE_NOT_FOUND", null, "ERR_SECRET_STORE_NOT_FOUND", "secret")]
    [InlineData("ERR_CONFIGURATION_STORE_NOT_FOUND", null, "ERR_CONFIGURATION_STORE_NOT_FOUND", "configuration")]
    [InlineData("ERR_MALFORMED_REQUEST", null, "ERR_MALFORMED_REQUEST", "common")]
    public void Errors_are_counted_by_their_most_exact_code(string code, string? reason, string expected, string category)
    {
        metrics.Errors.Answered(new ApiException(500, GrpcCode.Internal, code, "m", reason is null ? [] : [new ErrorInfo(reason)]));
        Assert.Equal(1, Page()[$$"""dapr_error_code_total{app_id="a",category="{{category}}",error_code="{{expected}}"}"""]);
    }

    [Fact]
    public void Errors_are_counted_only_when_asked_for()
    {
        var silent = new SidecarMetrics(new MetricsSettings(), "a", "ns");
        silent.Errors.Answered(new ApiException(500, GrpcCode.Internal, "ERR_STATE_SAVE", "m"));
        Assert.DoesNotContain("error_code", silent.Text());
    }

    [Fact]
    public async Task Counting_from_many_threads_loses_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 25_000; i++)
            {
                metrics.Components.State("s", "get", success: true, TimeSpan.FromMilliseconds(2));
            }
        })));
        var page = Page();
        Assert.Equal(100_000, page["""dapr_component_state_count{app_id="a",component="s",namespace="ns",operation="get",success="true"}"""]);
        Assert.Equal(200_000, page["""dapr_component_state_latencies_sum{app_id="a",component="s",namespace="ns",operation="get",success="true"}"""]);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1, "-1")]
    [InlineData(999_999, "999999")]
    [InlineData(1_000_000, "1e+06")]
    [InlineData(1_048_576, "1.048576e+06")]
    [InlineData(4_294_967_296, "4.294967296e+09")]
    [InlineData(0.25, "0.25")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(1_795_253_265.17, "1.79525326517e+09")]
    public void Numbers_look_as_Go_writes_them(double value, string expected) => Assert.Equal(expected, PrometheusText.Number(value));

    private PrometheusPage Page() => new(metrics.Text());
}
