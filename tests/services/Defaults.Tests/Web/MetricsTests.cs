using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;

namespace Defaults.Tests.Web;

public sealed class MetricsTests
{
    [Fact]
    public async Task Requests_are_counted_by_route_not_by_address()
    {
        await using var stage = await WebStage.Start(app => app.MapGet("/items/{id}", (string id) => id));
        await stage.Get("/items/1");
        await stage.Get("/items/2");

        var text = await Metrics(stage, text => text.Contains("http_route=\"/items/{id}\"", StringComparison.Ordinal));

        Assert.Contains("# TYPE http_server_request_duration_seconds histogram", text, StringComparison.Ordinal);
        Assert.Contains(text.Split('\n'), line => line.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal) && line.Contains("/items/{id}", StringComparison.Ordinal) && line.EndsWith(" 2", StringComparison.Ordinal));
        Assert.DoesNotContain("/items/1", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_memory_working_set_bytes ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_kind_of_instrument_is_told_as_Prometheus_reads_it()
    {
        await using var stage = await WebStage.Start();
        using var meter = new Meter("Library.Probe");
        meter.CreateCounter<long>("probe.sent", description: "What was\nsent").Add(3, new KeyValuePair<string, object?>("to", "a \"b\"\n\\c"));
        meter.CreateUpDownCounter<int>("probe.open").Add(5);
        meter.CreateGauge<double>("probe.level").Record(0.5);
        meter.CreateObservableGauge("probe.lag", () => 1.5, unit: "s");
        var times = meter.CreateHistogram("probe.time", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        times.Record(0.1);
        times.Record(0.5);
        times.Record(5);

        var text = (await stage.Get("/metrics")).Body;

        Assert.Contains("# HELP probe_sent_total What was sent\n# TYPE probe_sent_total counter\nprobe_sent_total{to=\"a \\\"b\\\"\\n\\\\c\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE probe_open gauge\nprobe_open 5\n", text, StringComparison.Ordinal);
        Assert.Contains("\nprobe_level 0.5\n", text, StringComparison.Ordinal);
        Assert.Contains("\nprobe_lag_seconds 1.5\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "probe_time_seconds_bucket{le=\"0.1\"} 1\nprobe_time_seconds_bucket{le=\"1\"} 2\nprobe_time_seconds_bucket{le=\"+Inf\"} 3\nprobe_time_seconds_sum 5.6\nprobe_time_seconds_count 3\n",
            text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_cannot_fill_the_memory()
    {
        await using var stage = await WebStage.Start(settings: "Web:MaxSeries=10");
        using var meter = new Meter("Library.Probe");
        var counter = meter.CreateCounter<int>("probe.names");
        for (var i = 0; i < 100; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("name", i));
        }

        var lines = (await stage.Get("/metrics")).Body.Split('\n').Where(line => line.StartsWith("probe_names_total{", StringComparison.Ordinal)).ToList();

        Assert.Equal(11, lines.Count);
        Assert.Contains("probe_names_total{overflow=\"true\"} 90", lines);
    }

    [Fact]
    public async Task They_can_be_turned_off()
    {
        await using var stage = await WebStage.Start(settings: "Web:Metrics=false");

        Assert.Equal(404, (await stage.Get("/metrics")).Status);
    }

    /// <summary>The host counts a request a moment after its answer has left.</summary>
    private static async Task<string> Metrics(WebStage stage, Predicate<string> isComplete)
    {
        var text = "";
        for (var i = 0; i < 100 && !isComplete(text); i++)
        {
            text = (await stage.Get("/metrics")).Body;
        }

        return text;
    }
}
