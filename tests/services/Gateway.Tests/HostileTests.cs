using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests;

public sealed class HostileTests
{
    [Theory]
    [InlineData("/dapr/subscribe")]
    [InlineData("/dapr/config")]
    [InlineData("/api/dapr/subscribe")]
    [InlineData("/facts")]
    [InlineData("/api/facts")]
    [InlineData("/metrics")]
    [InlineData("/api/metrics")]
    [InlineData("/api/healthz")]
    [InlineData("/v1.0/invoke/reader-query/method/facts")]
    [InlineData("/api/readers/..%2Ffacts")]
    [InlineData("/credentials")]
    [InlineData("/api/credentials")]
    [InlineData("/api/readers/%2e%2e/facts")]
    [InlineData("/api/readers/%2e%2e%2ffacts")]
    [InlineData("/api/readers/%252e%252e%252ffacts")]
    [InlineData("/api/readers/a%2Fb")]
    [InlineData("/api/readers/a%252Fb")]
    [InlineData("/api/readers/a%5Cb")]
    [InlineData("/api/readers/a%3Fb=c")]
    [InlineData("/api/readers/a%23b")]
    [InlineData("/api/readers/a%0D%0Ab")]
    [InlineData("/api/readers/a;b")]
    [InlineData("/api/readers/%C3%BC")]
    [InlineData("/api/readers/../facts")]
    [InlineData("/api/readers/a/facts")]
    [InlineData("//facts")]
    public async Task What_is_not_in_the_table_cannot_be_reached(string path)
    {
        await using var stage = await Open();

        var answer = await stage.Get(path);

        Assert.Equal((404, "not-found"), (answer.Status, answer.Text("type")));
        Assert.Empty(stage.SeenByApps);
    }

    [Fact]
    public async Task An_id_without_end_cannot_be_asked_for()
    {
        await using var stage = await Open();

        Assert.Equal(404, (await stage.Get("/api/readers/" + new string('a', 201))).Status);
        Assert.Equal(200, (await stage.Get("/api/readers/" + new string('a', 200))).Status);
    }

    [Theory]
    [InlineData("DELETE", "/api/readers")]
    [InlineData("POST", "/api/readers")]
    [InlineData("PUT", "/api/readers/a")]
    [InlineData("TRACE", "/api/readers/a")]
    [InlineData("QUERY", "/api/readers")]
    public async Task Another_method_is_refused(string method, string path)
    {
        await using var stage = await Open();

        var answer = await stage.Send(new HttpMethod(method), path);

        Assert.Equal((405, "method-not-allowed"), (answer.Status, answer.Text("type")));
        Assert.Empty(stage.SeenByApps);
    }

    [Fact]
    public async Task Fields_that_mean_something_to_sidecars_do_not_pass()
    {
        await using var stage = await Open();
        (string, string)[] hostile =
        [
            ("dapr-api-token", "evil"), ("dapr-app-id", "evil"), ("dapr-caller-app-id", "evil"), ("dapr-stream", "evil"), ("cloudevent.id", "evil"), ("ce-id", "evil"),
            ("metadata.ttlInSeconds", "evil"), ("x-forwarded-for", "evil"), ("x-forwarded-host", "evil"), ("x-original-url", "/evil"), ("x-http-method-override", "DELETE"), ("forwarded", "for=evil"),
            ("baggage", "a=evil"), ("tracestate", "a=evil"), ("grpc-trace-bin", "evil"), ("cookie", "a=evil"), ("x-evil", "evil"), ("connection", "x-evil, authorization"), ("te", "trailers"),
        ];

        Assert.Equal(200, (await stage.Get("/api/readers/a", hostile)).Status);

        var seen = Assert.Single(stage.SeenByApps);
        Assert.DoesNotContain(seen.Headers, field => field.Value.Contains("evil", StringComparison.Ordinal) && field.Key is not ("baggage" or "tracestate"));
        Assert.Equal("127.0.0.1", seen.Headers["x-forwarded-for"].Split(',')[0]);
    }

    [Theory]
    [InlineData("127.0.0.0/8", "203.0.113.9")]
    [InlineData("10.0.0.0/8", "127.0.0.1")]
    public async Task A_client_is_where_a_trusted_proxy_says_and_no_other(string trusted, string seen)
    {
        await using var stage = await GatewayStage.Start(query => query.MapGet("/readers/{id}", () => "a"), settings: [$"Gateway:TrustedProxies:0={trusted}"]);

        Assert.Equal(200, (await stage.Get("/api/readers/a", [("x-forwarded-for", "6.6.6.6, 203.0.113.9")])).Status);

        Assert.Equal(seen, Assert.Single(stage.SeenByApps).Headers["x-forwarded-for"].Split(',')[0]);
    }

    [Fact]
    public async Task Fields_of_the_sidecar_do_not_come_back()
    {
        await using var stage = await GatewayStage.Start(query => query.MapGet("/readers/{id}", (HttpContext http) =>
        {
            http.Response.Headers["dapr-secret"] = "x";
            http.Response.Headers["server"] = "x";
            http.Response.Headers["keep-alive"] = "x";
        }));

        var answer = await stage.Get("/api/readers/a");

        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("dapr", StringComparison.Ordinal) || name is "server" or "keep-alive" or "traceparent" or "tracestate");
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /facts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("Content-Length: 0\r\nContent-Length: 40\r\n\r\nGET /facts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\nGET /facts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\nGET /facts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    public async Task A_request_hidden_in_another_reaches_no_service(string rest)
    {
        await using var stage = await Open();
        using var socket = new TcpClient("127.0.0.1", stage.Raw("/").Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"PATCH /api/readers/a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{rest}"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var answers = await reader.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 ", answers, StringComparison.Ordinal);
        Assert.DoesNotContain(stage.SeenByApps, seen => seen.Path.Contains("facts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_leads_nowhere_else_and_leaves_nothing_for_the_next_client()
    {
        await using var stage = await GatewayStage.Start(query => query.MapGet("/readers/{id}", (HttpContext http) =>
        {
            http.Response.Headers.SetCookie = "session=of-the-first";
            return TypedResults.Redirect("/facts");
        }));

        await stage.Get("/api/readers/first");
        await stage.Get("/api/readers/second");

        Assert.DoesNotContain(stage.SeenByApps, seen => seen.Path == "/facts" || seen.Headers.ContainsKey("cookie"));
    }

    private static Task<GatewayStage> Open() => GatewayStage.Start(Answering, Answering);

    /// <summary>Would answer to anything.</summary>
    private static void Answering(WebApplication app) => app.MapFallback(() => "reached");
}
