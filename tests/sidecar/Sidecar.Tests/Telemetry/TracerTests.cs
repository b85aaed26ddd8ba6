using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

public sealed class TracerTests : IAsyncDisposable
{
    private const string ZeroParent = "00-00000000000000000000000000000000-0000000000000000-00";
    private static readonly TraceContext Sampled = new(10, 20, 1, "vendor=1");
    private static readonly TraceContext NotSampled = new(10, 20, 0);
    private readonly ManualTime time = new();
    private readonly RecordingExporter exporter = new();
    private readonly List<Tracer> tracers = [];

    [Fact]
    public void A_rate_of_zero_makes_no_spans()
    {
        var tracer = Make("0", exports: true);
        Assert.False(tracer.IsEnabled);
        Assert.Null(tracer.Start("x", SpanKind.Client, Sampled));
        Assert.Null(tracer.Current);
    }

    [Fact]
    public void Without_exporter_and_rate_what_came_in_is_passed_on()
    {
        var tracer = Make("", exports: false);
        var span = tracer.Start("x", SpanKind.Client, Sampled)!;
        Assert.Equal(Sampled, span.Context);
        Assert.False(span.IsRecording);
        Assert.Equal(ZeroParent, tracer.Start("x", SpanKind.Client, default)!.Traceparent);
        Assert.Equal(ZeroParent, tracer.Current!.Traceparent);
    }

    [Fact]
    public void A_rate_without_exporter_gives_identities_that_nobody_records()
    {
        var span = Make("1", exports: false).Start("x", SpanKind.Client, default)!;
        Assert.True(span.Context is { IsValid: true, IsSampled: true });
        Assert.False(span.IsRecording);
    }

    [Fact]
    public void Without_a_rate_few_traces_are_recorded_and_all_have_an_identity()
    {
        var tracer = Make("", exports: true);
        var spans = Enumerable.Range(0, 1_000).Select(_ => tracer.Start("x", SpanKind.Client, default)!).ToList();
        Assert.All(spans, span => Assert.True(span.Context.IsValid));
        Assert.InRange(spans.Count(span => span.Context.IsSampled), 0, 20);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0.5")]
    [InlineData("-1")]
    public void The_parent_decides(string rate)
    {
        var tracer = Make(rate, exports: true);
        var followed = tracer.Start("x", SpanKind.Client, Sampled)!;
        Assert.True(followed.IsRecording);
        Assert.Equal((Sampled.TraceId, Sampled.SpanId, "vendor=1"), (followed.Context.TraceId, followed.ParentSpanId, followed.Context.State));
        Assert.NotEqual(Sampled.SpanId, followed.Context.SpanId);
        var left = tracer.Start("x", SpanKind.Client, NotSampled)!;
        Assert.False(left.IsRecording);
        Assert.False(left.Context.IsSampled);
        Assert.Equal(NotSampled.TraceId, left.Context.TraceId);
    }

    [Fact]
    public void A_rate_takes_about_that_share_of_new_traces()
    {
        var tracer = Make("0.25", exports: true);
        var taken = Enumerable.Range(0, 10_000).Count(_ => tracer.Start("x", SpanKind.Client, default)!.IsRecording);
        Assert.InRange(taken, 2_200, 2_800);
    }

    [Fact]
    public void Messages_of_a_bulk_publish_are_children_of_the_request()
    {
        var tracer = Make("1", exports: true);
        var request = tracer.Start("bulk", SpanKind.Client, default);
        var message = tracer.StartMessage("/v1.0/publish/bulk/p/t", request);
        Assert.Equal((SpanKind.Producer, request!.Context.SpanId), (message.Kind, message.ParentSpanId));
    }

    [Fact]
    public void Messages_have_an_identity_even_with_a_rate_of_zero()
    {
        var message = Make("0", exports: true).StartMessage("x", parent: null);
        Assert.True(message.Context is { IsValid: true, IsSampled: false });
    }

    [Fact]
    public async Task The_current_span_is_that_of_the_call_and_its_callees()
    {
        var tracer = Make("1", exports: true);
        Assert.Null(tracer.Current);
        await Task.WhenAll(CallAsync(), CallAsync());
        Assert.Null(tracer.Current);

        async Task CallAsync()
        {
            var span = tracer.Start("x", SpanKind.Client, default);
            Tracer.Enter(span);
            await Task.Yield();
            Assert.Same(span, tracer.Current);
        }
    }

    [Fact]
    public async Task A_span_ends_once_with_its_duration_tags_and_error()
    {
        var tracer = Make("1", exports: true);
        var span = tracer.Start("x", SpanKind.Server, default)!;
        span.Tag("a", "1");
        span.Tag("a", "2");
        span.Tag("empty", "");
        time.Advance(TimeSpan.FromMilliseconds(3));
        span.EndHttp(404);
        time.Advance(TimeSpan.FromMilliseconds(3));
        span.End();
        await tracer.DisposeAsync();
        var ended = Assert.Single(await exporter.NextAsync());
        Assert.Equal([new("a", "2")], ended.Tags);
        Assert.Equal((TimeSpan.FromMilliseconds(3), "Code(404): Not Found"), (ended.Duration, ended.Error));
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(399, null)]
    [InlineData(413, "Code(413): Request Entity Too Large")]
    [InlineData(499, "Code(499): Unknown")]
    [InlineData(503, "Code(503): Service Unavailable")]
    public void Only_failures_are_errors(int status, string? expected)
    {
        var span = Make("1", exports: true).Start("x", SpanKind.Client, default)!;
        span.EndHttp(status);
        Assert.Equal(expected, span.Error);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tracer in tracers)
        {
            await tracer.DisposeAsync();
        }
    }

    private Tracer Make(string rate, bool exports)
    {
        IReadOnlyList<SpanBatcher> batchers = exports ? [new SpanBatcher(exporter, new BatchSettings(), time, new RecordingLogger())] : [];
        var tracer = new Tracer(new TracingSettings { SamplingRate = rate }, batchers, time);
        tracers.Add(tracer);
        return tracer;
    }
}
