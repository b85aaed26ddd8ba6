using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

public sealed class SpanBatcherTests : IAsyncDisposable
{
    private readonly ManualTime time = new();
    private readonly RecordingExporter exporter = new();
    private readonly RecordingLogger log = new();
    private readonly SpanBatcher batcher;
    private readonly Tracer tracer;

    public SpanBatcherTests()
    {
        batcher = new SpanBatcher(exporter, new BatchSettings(), time, log);
        tracer = new Tracer(new TracingSettings { SamplingRate = "1" }, [batcher], time);
    }

    [Fact]
    public async Task Spans_go_out_together_five_seconds_after_the_first()
    {
        Assert.Equal(0, time.Running);
        End(1);
        time.Advance(TimeSpan.FromSeconds(4));
        End(1);
        Assert.False(exporter.TryNext(out _));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await exporter.NextAsync()).Count);
        Assert.Equal(0, time.Running);
    }

    [Fact]
    public async Task Five_hundred_and_twelve_go_out_at_once()
    {
        End(512);
        Assert.Equal(512, (await exporter.NextAsync()).Count);
    }

    [Fact]
    public async Task What_waits_at_the_end_is_sent()
    {
        End(3);
        await tracer.DisposeAsync();
        Assert.Equal(3, (await exporter.NextAsync()).Count);
        Assert.True(exporter.IsDisposed);
    }

    [Fact]
    public async Task A_slow_exporter_costs_spans_and_not_requests()
    {
        var open = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        exporter.Before = () =>
        {
            held.TrySetResult();
            return open.Task;
        };
        End(512);
        await held.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        End(3_000);
        open.SetResult();
        var seen = 0;
        while (seen < 512 + 2048)
        {
            seen += (await exporter.NextAsync()).Count;
        }

        await tracer.DisposeAsync();
        Assert.False(exporter.TryNext(out _));
        Assert.Contains("Warning: 952 spans were dropped: the recorder is too slow for them", log.Lines);
    }

    [Fact]
    public async Task An_outage_is_told_once_and_so_is_its_end()
    {
        exporter.Before = () => throw new HttpRequestException("refused");
        for (var i = 0; i < 3; i++)
        {
            await FailOnceAsync();
        }

        exporter.Before = () => Task.CompletedTask;
        End(1);
        await tracer.DisposeAsync();
        Assert.Equal(["Warning: spans do not reach the recorder and are dropped: refused", "Information: spans reach the recorder again"], log.Lines);
    }

    public ValueTask DisposeAsync() => tracer.DisposeAsync();

    private async Task FailOnceAsync()
    {
        var failed = new TaskCompletionSource();
        exporter.Before = () =>
        {
            failed.TrySetResult();
            throw new HttpRequestException("refused");
        };
        End(512);
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private void End(int count)
    {
        for (var i = 0; i < count; i++)
        {
            tracer.Start("x", SpanKind.Client, default)!.End();
        }
    }
}
