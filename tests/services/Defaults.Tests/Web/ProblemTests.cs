using System.Net.Sockets;
using System.Text;
using Dapr;
using Library.Defaults.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Defaults.Tests.Web;

public sealed class ProblemTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    [Theory]
    [InlineData("GET", "/nowhere", null, null, 404, "not-found")]
    [InlineData("DELETE", "/orders", null, null, 405, "method-not-allowed")]
    [InlineData("POST", "/orders", "{\"name\":\"a\",\"count\":1}", "text/plain", 415, "media-type-not-supported")]
    [InlineData("POST", "/orders", "{", "application/json", 400, "bad-request")]
    [InlineData("POST", "/orders", "", "application/json", 400, "bad-request")]
    [InlineData("POST", "/orders", "[]", "application/json", 400, "bad-request")]
    [InlineData("GET", "/numbers/many", null, null, 404, "not-found")]
    [InlineData("GET", "/pages?limit=many", null, null, 400, "bad-request")]
    [InlineData("GET", "/conflict", null, null, 409, "conflict")]
    public async Task Every_refusal_of_the_host_is_a_problem_with_type_sentence_and_trace(string method, string path, string? body, string? media, int status, string type)
    {
        await using var stage = await WebStage.Start(Map);
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, media!);

        var answer = await stage.Send(new HttpMethod(method), path, content, ("traceparent", $"00-{TraceId}-b7ad6b7169203331-01"), ("Accept", "text/html"));

        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.Type));
        Assert.Equal((type, TraceId, $"{status}"), (answer.Text("type"), answer.Text("traceId"), answer.Text("status")));
        Assert.EndsWith(".", answer.Text("detail"), StringComparison.Ordinal);
        Assert.DoesNotContain("Defaults.Tests", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_JSON_is_told_where_it_is_bad()
    {
        await using var stage = await WebStage.Start(Map);

        Assert.Contains("at $.count.", (await stage.Post("/orders", """{"name":"a","count":"many"}""")).Text("detail"), StringComparison.Ordinal);
        Assert.Contains("The parameter limit ", (await stage.Get("/pages?limit=many")).Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_wrong_inside_stays_inside()
    {
        await using var stage = await WebStage.Start(app => app.MapGet("/broken", string () => throw new InvalidOperationException("the password is tiger")));
        stage.Log.ExpectedError = "GET /broken failed";

        var answer = await stage.Get("/broken");

        Assert.Equal((500, "failed"), (answer.Status, answer.Text("type")));
        Assert.DoesNotContain("tiger", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Body, StringComparison.Ordinal);
        Assert.Single(stage.Log.Lines, line => line.Contains("tiger", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sidecar_that_does_not_answer_is_503_and_asks_to_come_again()
    {
        await using var stage = await WebStage.Start(app =>
        {
            app.MapGet("/state", string () => throw new DaprException("connection refused by 10.1.2.3"));
            app.MapGet("/invoke", string () => throw new HttpRequestException("connection refused by 10.1.2.3"));
        });

        foreach (var path in new[] { "/state", "/invoke" })
        {
            var answer = await stage.Get(path);
            Assert.Equal((503, "1", "sidecar-not-available"), (answer.Status, answer.RetryAfter, answer.Text("type")));
            Assert.DoesNotContain("10.1.2.3", answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_refusal_that_no_use_case_decided_on_is_its_problem()
    {
        await using var stage = await WebStage.Start(app => app.MapGet("/", string () => throw new RefusedException(StoreRefusals.OutcomeUnknown)));

        var answer = await stage.Get("/");

        Assert.Equal((503, "2", "outcome-unknown", StoreRefusals.OutcomeUnknown.Sentence), (answer.Status, answer.RetryAfter, answer.Text("type"), answer.Text("detail")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_413_with_or_without_a_length(bool saysLength)
    {
        await using var stage = await WebStage.Start(Map, settings: "Web:MaxBodyBytes=2000");
        using var content = new StringContent($$"""{"name":"{{new string('x', 5000)}}","count":1}""", Encoding.UTF8, "application/json");
        using var stream = new StreamContent(new EndlessStream(5000));
        stream.Headers.ContentType = new("application/json");

        var answer = await stage.Send(HttpMethod.Post, "/orders", saysLength ? content : stream);

        Assert.Equal((413, "too-large"), (answer.Status, answer.Text("type")));
        Assert.Contains("2000 bytes", answer.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_503()
    {
        await using var stage = await WebStage.Start(app => app.MapGet("/slow", async (CancellationToken cancellation) => await Task.Delay(Timeout.Infinite, cancellation)), settings: "Web:RequestTime=00:00:00.2");

        var answer = await stage.Get("/slow");

        Assert.Equal((503, "1", "too-slow"), (answer.Status, answer.RetryAfter, answer.Text("type")));
    }

    [Fact]
    public async Task Header_fields_over_the_limit_are_refused()
    {
        await using var stage = await WebStage.Start(Map, settings: "Web:MaxHeaderBytes=2000");

        Assert.Equal(431, (await stage.Get("/orders", ("x-much", new string('x', 3000)))).Status);
    }

    [Fact]
    public async Task A_line_that_is_no_request_does_not_hurt()
    {
        await using var stage = await WebStage.Start(Map);
        using var socket = new TcpClient("127.0.0.1", stage.Http.BaseAddress!.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync("\0\u0001 nonsense\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        Assert.StartsWith("HTTP/1.1 400", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(409, (await stage.Get("/conflict")).Status);
    }

    private static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/orders", (Order order) => Results.Ok(order));
        routes.MapGet("/numbers/{number:int}", (int number) => number);
        routes.MapGet("/pages", (int limit) => limit);
        routes.MapGet("/conflict", () => TypedResults.Conflict());
    }

    internal sealed record Order(string Name, int Count);

    /// <summary>So many bytes whose number nobody is told.</summary>
    private sealed class EndlessStream(int length) : MemoryStream(new byte[length])
    {
        public override bool CanSeek => false;
    }
}
