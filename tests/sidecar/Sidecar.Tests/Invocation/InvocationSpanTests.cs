using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Telemetry.Tracing;
using Sidecar.Tests.Telemetry;

namespace Sidecar.Tests.Invocation;

public sealed class InvocationSpanTests : IAsyncDisposable
{
    private readonly Neighbourhood neighbourhood = new();

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Fact]
    public async Task A_call_within_the_process_has_the_span_that_the_internal_port_would_give_it()
    {
        var exporter = new RecordingExporter();
        var settings = new TracingSettings { SamplingRate = "1" };
        var seen = "";
        var app = await neighbourhood.AppAsync(context =>
        {
            seen = context.Request.Headers.TraceParent.ToString();
            return Task.CompletedTask;
        });
        await using (var tracer = new Tracer(settings, [new SpanBatcher(exporter, settings.Batch, TimeProvider.System, NullLogger.Instance)], TimeProvider.System))
        {
            await neighbourhood.SidecarAsync("callee", app.Port, tracer: tracer);
            var caller = await neighbourhood.SidecarAsync("caller");
            using var answer = await caller.GetAsync("/v1.0/invoke/callee/method/a/b");
            Assert.True(answer.IsSuccessStatusCode);
        }

        var span = Assert.Single(await exporter.NextAsync());
        Assert.Equal(("CallLocal/callee/a/b", SpanKind.Server, seen), (span.Name, span.Kind, span.Traceparent));
        Assert.Equal(
            ["dapr.api=/dapr.proto.internals.v1.ServiceInvocation/CallLocalStream", "dapr.invoke_method=a/b", "dapr.protocol=grpc", "rpc.service=ServiceInvocation"],
            span.Tags.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
    }
}
