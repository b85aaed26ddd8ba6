using System.Net;

namespace Sidecar.Tests.Zipkin;

/// <summary>Finding traces by whatever is known of them.</summary>
public sealed class ZipkinSearchTests
{
    private const string One = "0000000000000001";
    private const string Two = "0000000000000002";
    private const string Long = "00000000000000aa0000000000000003";

    [Theory]
    [InlineData("", $"{Long} {Two} {One}")]
    [InlineData("limit=2", $"{Long} {Two}")]
    [InlineData("serviceName=GATE", $"{Two} {One}")]
    [InlineData("serviceName=gate&spanName=Get%20/A", One)]
    [InlineData("spanName=all", $"{Long} {Two} {One}")]
    [InlineData("serviceName=gate&remoteServiceName=shop", Two)]
    [InlineData("annotationQuery=error", Two)]
    [InlineData("annotationQuery=saga.id%3D7", $"{Two} {One}")]
    [InlineData("annotationQuery=saga.id%3D7%20and%20error", Two)]
    [InlineData("annotationQuery=saga.id%3D8", "")]
    [InlineData("annotationQuery=retried%20and%20saga.id", One)]
    [InlineData("serviceName=shop&annotationQuery=saga.id%3D7", One)]
    [InlineData("serviceName=gate&annotationQuery=retried", "")]
    [InlineData("minDuration=2000", Two)]
    [InlineData("minDuration=900&maxDuration=1100", $"{Long} {One}")]
    [InlineData("lookback=61000", Long)]
    public async Task It_finds(string query, string traces)
    {
        await using var zipkin = await ZipkinServer.StartAsync();
        await zipkin.SendAsync(
            ZipkinServer.Span(One, "1", "gate", "GET /a", at: -3000, more: """ "kind":"CLIENT" """),
            ZipkinServer.Span(One, "2", "shop", "POST /b", at: -2900, more: """ "parentId":"1","tags":{"saga.id":"7"},"annotations":[{"timestamp":5,"value":"retried"}] """),
            ZipkinServer.Span(Two, "1", "gate", at: -2000, more: """ "duration":2500,"remoteEndpoint":{"serviceName":"Shop"},"tags":{"saga.id":"7","error":"no"} """),
            ZipkinServer.Span(Long, "1", "door", at: -1000));
        Assert.Equal(traces, await zipkin.TracesAsync(query));
    }

    [Theory]
    [InlineData("traces?limit=0", "limit <= 0")]
    [InlineData("traces?endTs=0", "endTs <= 0")]
    [InlineData("traces?lookback=0", "lookback <= 0")]
    [InlineData("traces?minDuration=0", "minDuration <= 0")]
    [InlineData("traces?maxDuration=5", "maxDuration is only valid with minDuration")]
    [InlineData("traces?minDuration=6&maxDuration=5", "maxDuration < minDuration")]
    [InlineData("traces?limit=many", "limit is no whole number: many")]
    [InlineData("spans", "parameter serviceName is missing")]
    [InlineData("dependencies", "parameter endTs is missing")]
    [InlineData("dependencies?endTs=0", "endTs <= 0")]
    [InlineData("trace/xyz", "xyz should be lower-hex encoded with no prefix")]
    [InlineData("trace/000000000000000000000000000000001", "traceId.length > 32")]
    [InlineData("traceMany?traceIds=", "traceIds parameter is empty")]
    [InlineData("traceMany?traceIds=1", "Use /api/v2/trace/{traceId} endpoint to retrieve a single trace")]
    [InlineData("traceMany?traceIds=1,01", "redundant traceId: 01")]
    [InlineData("autocompleteValues?key=", "key was empty")]
    public async Task It_refuses_with_what_is_wrong(string question, string reason)
    {
        await using var zipkin = await ZipkinServer.StartAsync();
        Assert.Equal((HttpStatusCode.BadRequest, reason), await zipkin.GetAsync("/api/v2/" + question));
    }

    [Fact]
    public async Task Names_are_told_of_each_service()
    {
        await using var zipkin = await ZipkinServer.StartAsync();
        await zipkin.SendAsync(
            ZipkinServer.Span(One, "1", "shop", "b", more: """ "remoteEndpoint":{"serviceName":"bank"} """), ZipkinServer.Span(One, "2", "shop", "A"), ZipkinServer.Span(Two, "3", "gate", "c"), """{"traceId":"9","id":"9"}""");
        Assert.Equal("""["gate","shop"]""", (await zipkin.GetAsync("/api/v2/services")).Body);
        Assert.Equal("""["a","b"]""", (await zipkin.GetAsync("/api/v2/spans?serviceName=SHOP")).Body);
        Assert.Equal("""["bank"]""", (await zipkin.GetAsync("/api/v2/remoteServices?serviceName=shop")).Body);
        Assert.Equal("[]", (await zipkin.GetAsync("/api/v2/spans?serviceName=none")).Body);
        Assert.Equal("[]", (await zipkin.GetAsync("/api/v2/autocompleteKeys")).Body);
        Assert.Equal("[]", (await zipkin.GetAsync("/api/v2/autocompleteValues?key=x")).Body);
    }

    [Fact]
    public async Task A_trace_is_had_by_its_whole_id_and_many_at_once()
    {
        await using var zipkin = await ZipkinServer.StartAsync();
        await zipkin.SendAsync(ZipkinServer.Span(Long, "1", "a"), ZipkinServer.Span("0000000000000003", "2", "b"), ZipkinServer.Span(One, "1", "c"));
        Assert.Equal("a", (string?)Assert.Single(await zipkin.ListAsync($"trace/{Long}"))!["localEndpoint"]!["serviceName"]);
        Assert.Equal("b", (string?)Assert.Single(await zipkin.ListAsync("trace/00000000000000000000000000000003"))!["localEndpoint"]!["serviceName"]);
        Assert.Equal((HttpStatusCode.NotFound, "0000000000000009 not found"), await zipkin.GetAsync("/api/v2/trace/9"));
        Assert.Equal(2, (await zipkin.ListAsync($"traceMany?traceIds={Long},1,8")).Count);
    }

    [Fact]
    public async Task The_oldest_traces_go_when_spans_or_bytes_are_too_many()
    {
        await using var few = await ZipkinServer.StartAsync(spans: 3);
        await few.SendAsync(ZipkinServer.Span(One, "1", "a", at: -9), ZipkinServer.Span(One, "2", "a", at: -8), ZipkinServer.Span(Two, "1", "b", at: -7), ZipkinServer.Span(Long, "1", "c", at: -6));
        Assert.Equal($"{Long} {Two}", await few.TracesAsync(""));
        Assert.Equal("""["b","c"]""", (await few.GetAsync("/api/v2/services")).Body);

        await using var small = await ZipkinServer.StartAsync(bytes: 5000);
        for (var i = 1; i <= 50; i++)
        {
            await small.SendAsync(ZipkinServer.Span($"{i:x16}", "1", "a", at: i, more: $$""" "tags":{"t":"{{new string('x', 1000)}}"} """));
        }

        Assert.Equal("0000000000000032 0000000000000031 0000000000000030", await small.TracesAsync(""));
        await small.SendAsync(ZipkinServer.Span("77", "1", "huge", at: 99, more: $$""" "tags":{"t":"{{new string('x', 9000)}}"} """));
        Assert.DoesNotContain("huge", (await small.GetAsync("/api/v2/services")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_answers_who_it_is_and_only_this_machine()
    {
        await using var zipkin = await ZipkinServer.StartAsync();
        Assert.Contains("\"status\":\"UP\"", (await zipkin.GetAsync("/health")).Body, StringComparison.Ordinal);
        Assert.Contains("\"version\"", (await zipkin.GetAsync("/info")).Body, StringComparison.Ordinal);
        Assert.Contains("<title>Traces</title>", (await zipkin.GetAsync("/zipkin/")).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await zipkin.GetAsync("/api/v2/nothing")).Status);
        Assert.Equal(HttpStatusCode.OK, (await zipkin.GetAsync("/api/v2/services", "127.0.0.1:9411")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await zipkin.GetAsync("/api/v2/services", "evil.example")).Status);
    }
}
