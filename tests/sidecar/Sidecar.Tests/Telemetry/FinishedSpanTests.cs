using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

/// <summary>Spans that are told after their end, with what happened meanwhile.</summary>
public sealed class FinishedSpanTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddSeconds(1000);
    private static readonly Dictionary<string, string> Resource = new() { ["service.name"] = "a" };

    [Fact]
    public async Task They_keep_the_identity_and_the_times_that_they_had()
    {
        var span = await ToldAsync(Told(spanId: 7));
        Assert.Equal((7UL, 5UL, Start, TimeSpan.FromSeconds(2)), (span.Context.SpanId, span.ParentSpanId, span.StartTime, span.Duration));
        Assert.Equal("boom", span.Error);
        Assert.Equal("v", Assert.Single(span.Tags).Value);
    }

    [Fact]
    public async Task One_without_an_identity_gets_one() => Assert.NotEqual(0UL, (await ToldAsync(Told(spanId: 0))).Context.SpanId);

    [Fact]
    public async Task Zipkin_gets_what_happened_as_annotations()
    {
        var json = Encoding.UTF8.GetString(new ZipkinJson(Resource).Write([await ToldAsync(Told(spanId: 7))]).Span);
        Assert.Contains("""{"timestamp":1001000000,"value":"Received external event: {\"name\":\"go\",\"size\":1}"}""", json, StringComparison.Ordinal);
        Assert.Contains("""{"timestamp":1001000000,"value":"plain"}""", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenTelemetry_gets_what_happened_as_events()
    {
        var bytes = new OtlpProtobuf(Resource).Write([await ToldAsync(Told(spanId: 7))]).ToArray();
        var text = Encoding.Latin1.GetString(bytes);
        Assert.Contains("Received external event", text, StringComparison.Ordinal);

        // "size" and an any value whose int_value is 1.
        Assert.Contains("\u0004size\u0012\u0082\u0080\u0080\u0000\u0018\u0001", text, StringComparison.Ordinal);
    }

    private static FinishedSpan Told(ulong spanId) => new("orchestration||x", SpanKind.Server, "durabletask", new TraceContext(9, spanId, 1), 5, Start, Start.AddSeconds(2))
    {
        Tags = [new("k", "v"), new("empty", "")],
        Events = [new(Start.AddSeconds(1), "Received external event", [new("size", 1), new("name", "go")]), new(Start.AddSeconds(1), "plain", [])],
        Error = "boom",
    };

    private static async Task<Span> ToldAsync(FinishedSpan told)
    {
        using var exporter = new RecordingExporter();
        await using (var tracer = new Tracer(new TracingSettings { SamplingRate = "1" }, [new SpanBatcher(exporter, new BatchSettings(), TimeProvider.System, NullLogger.Instance)], TimeProvider.System))
        {
            tracer.Record(told);
        }

        return Assert.Single(await exporter.NextAsync());
    }
}
