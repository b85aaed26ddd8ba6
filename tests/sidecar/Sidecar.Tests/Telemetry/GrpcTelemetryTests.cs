using Microsoft.AspNetCore.Http;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.Telemetry;
using Sidecar.Telemetry.Logging;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

public sealed class GrpcTelemetryTests : IAsyncLifetime
{
    private const string GetState = "/dapr.proto.runtime.v1.Dapr/GetState";
    private static readonly TraceContext Parent = new(10, 20, 1);
    private readonly LogOutput output = new(new MemoryStream());
    private Collector collector = null!;

    public async ValueTask InitializeAsync() => collector = await Collector.StartAsync();

    [Fact]
    public async Task A_call_has_a_span_with_what_it_asks_for()
    {
        await using var telemetry = Make("1");
        var context = Context(("grpc-trace-bin", GrpcMetadata.Encode(Parent.ToBinary())), ("dapr-note", "seen"), ("dapr-api-token", "secret"), ("dapr-x-bin", "AA"));
        var watch = telemetry.Grpc.Begin(context, GetState, isStream: false);
        watch.Received(new GetStateRequest { StoreName = "store", Key = "k" });
        telemetry.Grpc.End(watch, GrpcCode.Ok, "");
        await telemetry.DisposeAsync();

        var span = (await collector.ZipkinSpansAsync())["/dapr.proto.runtime.v1.dapr/getstate"];
        Assert.Equal(("CLIENT", "000000000000000a", "0000000000000014"), (span.GetProperty("kind").GetString(), span.GetProperty("traceId").GetString(), span.GetProperty("parentId").GetString()));
        var tags = span.GetProperty("tags").EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetString()!, StringComparer.Ordinal);
        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["dapr-note"] = "seen", ["dapr.api"] = GetState, ["dapr.protocol"] = "grpc", ["db.connection_string"] = "state", ["db.name"] = "store",
                ["db.statement"] = GetState, ["db.system"] = "state", ["otel.scope.name"] = "dapr-diagnostics", ["rpc.service"] = "Dapr", ["service.name"] = "a",
            },
            new SortedDictionary<string, string>(tags, StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_answer_carries_the_span_in_binary()
    {
        await using var telemetry = Make("1");
        var context = Context(("traceparent", Parent.ToTraceparent()));
        var watch = telemetry.Grpc.Begin(context, GetState, isStream: false);
        Assert.True(GrpcMetadata.TryDecode(context.Response.Headers["grpc-trace-bin"].ToString(), out var bytes));
        Assert.True(TraceContext.TryReadBinary(bytes, out var sent));
        Assert.Equal(watch.Span!.Context, sent);
        Assert.Equal(Parent.TraceId, sent.TraceId);
    }

    [Fact]
    public async Task The_binary_form_wins_even_when_it_is_broken()
    {
        await using var telemetry = Make("1");
        var both = telemetry.Grpc.Begin(Context(("traceparent", new TraceContext(1, 2, 1).ToTraceparent()), ("grpc-trace-bin", GrpcMetadata.Encode(Parent.ToBinary()))), GetState, isStream: false);
        Assert.Equal(Parent.TraceId, both.Span!.Context.TraceId);
        var broken = telemetry.Grpc.Begin(Context(("traceparent", Parent.ToTraceparent()), ("grpc-trace-bin", "????")), GetState, isStream: false);
        Assert.NotEqual(Parent.TraceId, broken.Span!.Context.TraceId);
    }

    [Fact]
    public async Task Neither_invocations_nor_streams_answer_with_a_trace()
    {
        await using var telemetry = Make("1");
        foreach (var (method, isStream) in new[] { ("/dapr.proto.runtime.v1.Dapr/InvokeService", false), ("/dapr.proto.runtime.v1.Dapr/SubscribeTopicEventsAlpha1", true) })
        {
            var context = Context();
            telemetry.Grpc.Begin(context, method, isStream);
            Assert.False(context.Response.Headers.ContainsKey("grpc-trace-bin"));
        }
    }

    [Fact]
    public async Task An_invoked_app_is_served_by_a_span_of_its_own()
    {
        await using var telemetry = Make("1");
        var watch = telemetry.Grpc.Begin(
            Context(("__dapr_calllocalstream_method", "echo"), ("grpc-trace-bin", GrpcMetadata.Encode(Parent.ToBinary()))),
            "/dapr.proto.internals.v1.ServiceInvocation/CallLocalStream", isStream: true);
        Assert.Equal((SpanKind.Server, "CallLocal/a/echo"), (watch.Span!.Kind, watch.Span.Name));
        Assert.Equal(
            [("dapr.api", "/dapr.proto.internals.v1.ServiceInvocation/CallLocalStream"), ("dapr.invoke_method", "echo"), ("dapr.protocol", "grpc"), ("rpc.service", "ServiceInvocation")],
            watch.Span.Tags.Select(tag => (tag.Key, tag.Value)).Order());
    }

    [Theory]
    [InlineData("a", SpanKind.Server)]
    [InlineData("b", SpanKind.Client)]
    public async Task A_proxied_call_is_told_by_its_name_alone(string target, SpanKind kind)
    {
        await using var telemetry = Make("1");
        var watch = telemetry.Grpc.Begin(Context(("dapr-app-id", target)), "/greet.Greeter/Hello", isStream: true);
        Assert.Equal((kind, "/greet.Greeter/Hello"), (watch.Span!.Kind, watch.Span.Name));
        Assert.Equal([new("dapr-app-id", target)], watch.Span.Tags);
        telemetry.Grpc.End(watch, GrpcCode.Ok, "");
        Assert.Contains("dapr_grpc_io_server_completed_rpcs{app_id=\"a\",grpc_server_method=\"/greet.Greeter/Hello\",grpc_server_status=\"OK\"} 1\n", telemetry.Metrics.Text());
    }

    [Fact]
    public async Task A_failure_is_the_error_of_the_span_and_counted_by_its_code()
    {
        await using var telemetry = Make("1");
        var watch = telemetry.Grpc.Begin(Context(), GetState, isStream: false);
        telemetry.Grpc.End(watch, GrpcCode.NotFound, "state store x is not found");
        Assert.Equal("state store x is not found", watch.Span!.Error);
        Assert.Contains($"dapr_grpc_io_server_completed_rpcs{{app_id=\"a\",grpc_server_method=\"{GetState}\",grpc_server_status=\"NotFound\"}} 1\n", telemetry.Metrics.Text());
    }

    [Fact]
    public async Task Baggage_comes_back_and_broken_baggage_is_refused()
    {
        await using var telemetry = Make("");
        var context = Context(("baggage", "k=%41"));
        telemetry.Grpc.Begin(context, GetState, isStream: false);
        Assert.Equal("k=A", context.Response.Headers.Baggage.ToString());
        var problem = Assert.Throws<ApiException>(() => telemetry.Grpc.Begin(Context(("baggage", "broken")), GetState, isStream: false));
        Assert.Equal((GrpcCode.InvalidArgument, "invalid baggage header: invalid baggage list-member: \"broken\""), (problem.GrpcCode, problem.Message));
    }

    [Fact]
    public async Task Switched_off_nothing_is_read_or_sent()
    {
        await using var telemetry = Make("0");
        var context = Context(("grpc-trace-bin", GrpcMetadata.Encode(Parent.ToBinary())), ("baggage", "broken"));
        Assert.Null(telemetry.Grpc.Begin(context, GetState, isStream: false).Span);
        Assert.Empty(context.Response.Headers);
    }

    public async ValueTask DisposeAsync()
    {
        output.Dispose();
        await collector.DisposeAsync();
    }

    private static DefaultHttpContext Context(params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        return context;
    }

    private SidecarTelemetry Make(string rate) => new(
        new TelemetrySettings
        {
            AppId = "a",
            Tracing = OtelEnvironment.Apply(new TracingSettings { SamplingRate = rate, ZipkinEndpoint = rate == "1" ? collector.Zipkin : "" }, "a", _ => null),
        },
        output,
        TimeProvider.System);
}
