using Sidecar.Hosting;
using Sidecar.Telemetry;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

public sealed class HttpTraceTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string ZeroParent = "00-00000000000000000000000000000000-0000000000000000-00";
    private const string Get = "/v1.0/state/s/k";

    [Fact]
    public async Task Answers_carry_the_trace_that_they_are_part_of()
    {
        await using var host = await StartAsync("1");
        var answer = await host.SendAsync("GET", Get, ("traceparent", Parent), ("tracestate", " a=1, b=2"));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", answer.Headers["traceparent"]);
        Assert.EndsWith("-01", answer.Headers["traceparent"]);
        Assert.NotEqual(Parent, answer.Headers["traceparent"]);
        Assert.Equal("a=1,b=2", answer.Headers["tracestate"]);
        Assert.Equal(answer.Headers["traceparent"], host.Seen!.Traceparent);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    public async Task A_broken_trace_is_ignored(string sent)
    {
        await using var host = await StartAsync("1");
        var answer = await host.SendAsync("GET", Get, ("traceparent", sent), ("tracestate", "a=1"));
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("0af7651916cd43dd8448eb211c80319c", answer.Headers["traceparent"]);
        Assert.False(answer.Headers.ContainsKey("tracestate"));
    }

    [Fact]
    public async Task Errors_carry_it_too()
    {
        await using var host = await StartAsync("1", new SidecarOptions { AppId = "a", ApiToken = "t" });
        var refused = await host.SendAsync("GET", Get, ("traceparent", Parent));
        Assert.Equal(401, refused.Status);
        Assert.Contains("0af7651916cd43dd8448eb211c80319c", refused.Headers["traceparent"]);
        var failed = await host.SendAsync("GET", "/v1.0/state/nope/k", ("traceparent", Parent), ("dapr-api-token", "t"));
        Assert.Equal(400, failed.Status);
        Assert.Contains("0af7651916cd43dd8448eb211c80319c", failed.Headers["traceparent"]);
    }

    [Fact]
    public async Task Probes_are_no_part_of_a_trace()
    {
        await using var host = await StartAsync("1");
        var answer = await host.SendAsync("GET", "/v1.0/healthz", ("traceparent", Parent), ("baggage", "broken"));
        Assert.Equal(204, answer.Status);
        Assert.Empty(answer.Headers.Keys.Intersect(["traceparent", "tracestate", "baggage"]));
    }

    [Fact]
    public async Task With_a_rate_of_zero_trace_headers_mean_nothing()
    {
        await using var host = await StartAsync("0");
        var answer = await host.SendAsync("GET", Get, ("traceparent", Parent), ("baggage", "broken"));
        Assert.Equal(200, answer.Status);
        Assert.Empty(answer.Headers.Keys.Intersect(["traceparent", "tracestate", "baggage"]));
        Assert.Null(host.Seen);
    }

    [Fact]
    public async Task Without_settings_what_came_in_goes_out_and_zeros_when_nothing_came()
    {
        await using var host = await StartAsync("");
        Assert.Equal(Parent, (await host.SendAsync("GET", Get, ("traceparent", Parent))).Headers["traceparent"]);
        Assert.Equal(Parent, host.Seen!.Traceparent);
        Assert.Equal(ZeroParent, (await host.SendAsync("GET", Get)).Headers["traceparent"]);
        Assert.Equal(ZeroParent, host.Seen!.Traceparent);
    }

    [Fact]
    public async Task Baggage_comes_back_as_it_was_sent()
    {
        await using var host = await StartAsync("");
        var answer = await host.SendAsync("GET", Get, ("baggage", "k=%41"));
        Assert.Equal((200, "k=%41"), (answer.Status, answer.Headers["baggage"]));
    }

    [Fact]
    public async Task Broken_baggage_is_a_bad_request_of_no_trace()
    {
        await using var host = await StartAsync("1");
        var answer = await host.SendAsync("GET", Get, ("baggage", "a=1,broken"));
        Assert.Equal((400, "invalid baggage header: invalid baggage list-member: \"broken\"\n"), (answer.Status, answer.Body));
        Assert.False(answer.Headers.ContainsKey("traceparent"));
    }

    private static Task<TelemetryHost> StartAsync(string rate, SidecarOptions? options = null) =>
        TelemetryHost.StartAsync(new TelemetrySettings { AppId = "a", Tracing = new TracingSettings { SamplingRate = rate } }, options);
}
