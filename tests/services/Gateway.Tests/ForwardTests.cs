using Library.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests;

public sealed class ForwardTests
{
    [Fact]
    public async Task A_request_goes_to_its_service_and_the_answer_comes_back()
    {
        await using var stage = await GatewayStage.Start(
            query => query.MapGet("/readers", (string email) => TypedResults.Json(new { email })),
            command => command.MapPatch("/readers/{id}", async (string id, HttpContext http) =>
            {
                http.Response.StatusCode = StatusCodes.Status202Accepted;
                http.Response.Headers.Location = $"/readers/{id}";
                http.Response.Headers.ETag = "\"7\"";
                http.Response.ContentType = "application/json";
                await http.Request.Body.CopyToAsync(http.Response.Body);
            }));

        var read = await stage.Get("/api/readers?email=ada%2Bx@example.org");
        var changed = await stage.Send(HttpMethod.Patch, "/api/readers/ada", Content.Json("""{"phone":"1"}"""), ("Idempotency-Key", "k1"), ("Authorization", "Bearer t"), ("If-Match", "\"6\""));

        Assert.Equal((200, "ada+x@example.org", "no-store", "nosniff"), (read.Status, read.Text("email"), read.Header("cache-control"), read.Header("x-content-type-options")));
        Assert.Equal((202, """{"phone":"1"}""", "/api/readers/ada", "\"7\""), (changed.Status, changed.Body, changed.Header("location"), changed.Header("etag")));
        var seen = stage.SeenByApps.Single(seen => seen.Method == "PATCH");
        Assert.Equal((GatewayStage.Command, "/readers/ada", "k1", "Bearer t", "\"6\"", "application/json; charset=utf-8"),
            (seen.App, seen.Path, seen.Headers["idempotency-key"], seen.Headers["authorization"], seen.Headers["if-match"], seen.Headers["content-type"]));
    }

    [Theory]
    [InlineData("POST", "/api/registrations?wait=5", "coordinator POST /registrations?wait=5")]
    [InlineData("GET", "/api/registrations/r1", "coordinator GET /registrations/r1")]
    [InlineData("GET", "/api/sagas?type=a&state=stuck", "coordinator GET /sagas?type=a&state=stuck")]
    [InlineData("POST", "/api/sagas/s1/mark-compensated", "coordinator POST /sagas/s1/mark-compensated")]
    [InlineData("DELETE", "/api/readers/r1", "coordinator DELETE /readers/r1")]
    [InlineData("POST", "/api/users", "user POST /users")]
    [InlineData("PUT", "/api/users/u1/roles", "user PUT /users/u1/roles")]
    [InlineData("POST", "/api/login", "user POST /login")]
    [InlineData("DELETE", "/api/login", "user DELETE /login")]
    [InlineData("POST", "/api/password", "user POST /password")]
    [InlineData("GET", "/api/.well-known/jwks.json", "user GET /.well-known/jwks.json")]
    public async Task What_is_of_accounts_goes_to_the_coordinator_or_to_users(string method, string path, string expected)
    {
        static void Answering(WebApplication app) => app.MapFallback("{*path}", () => "reached");
        await using var stage = await GatewayStage.Start(Answering, Answering, Answering, Answering);

        Assert.Equal(200, (await stage.Send(new HttpMethod(method), path, null, ("Idempotency-Key", "k"), ("Authorization", "Bearer t"))).Status);

        var seen = Assert.Single(stage.SeenByApps);
        Assert.Equal((expected, "k", "Bearer t"), (seen.ToString(), seen.Headers["idempotency-key"], seen.Headers["authorization"]));
    }

    [Fact]
    public async Task A_trace_goes_through_to_the_service()
    {
        const string TraceId = "0af7651916cd43dd8448eb211c80319c";
        await using var stage = await GatewayStage.Start(query => query.MapGet("/readers/{id}", (string id) => id));

        await stage.Get("/api/readers/a", ("traceparent", $"00-{TraceId}-b7ad6b7169203331-01"));

        var trace = Assert.Single(stage.SeenByApps).Headers["traceparent"];
        Assert.StartsWith($"00-{TraceId}-", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("b7ad6b7169203331", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_flows_to_the_service_while_it_is_sent()
    {
        var begun = new TaskCompletionSource();
        await using var stage = await GatewayStage.Start(command: command => command.MapPatch("/readers/{id}", async (HttpContext http) =>
        {
            var buffer = new byte[3];
            await http.Request.Body.ReadExactlyAsync(buffer);
            begun.SetResult();
            using var rest = new StreamReader(http.Request.Body);
            return System.Text.Encoding.UTF8.GetString(buffer) + await rest.ReadToEndAsync();
        }));
        var pipe = new System.IO.Pipelines.Pipe();
        using var body = new FlowingBody(pipe.Reader.AsStream());

        var sending = stage.Send(HttpMethod.Patch, "/api/readers/a", body);
        await pipe.Writer.WriteAsync("one"u8.ToArray(), TestContext.Current.CancellationToken);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await pipe.Writer.WriteAsync("two"u8.ToArray(), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();

        Assert.Equal("onetwo", (await sending).Body);
    }

    [Fact]
    public async Task An_answer_flows_to_the_client_while_it_is_made()
    {
        var read = new TaskCompletionSource();
        await using var stage = await GatewayStage.Start(query => query.MapGet("/readers", async (HttpContext http) =>
        {
            await http.Response.WriteAsync("one");
            await http.Response.Body.FlushAsync();
            await read.Task;
            await http.Response.WriteAsync("two");
        }));

        using var answer = await stage.Http.GetAsync(new Uri("/api/readers", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var first = new byte[3];
        await body.ReadExactlyAsync(first, TestContext.Current.CancellationToken);
        read.SetResult();
        using var rest = new StreamReader(body);

        Assert.Equal("one"u8.ToArray(), first);
        Assert.Equal("two", await rest.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_work_behind()
    {
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var stage = await GatewayStage.Start(query => query.MapGet("/readers", async (HttpContext http) =>
        {
            http.RequestAborted.Register(ended.SetResult);
            begun.SetResult();
            await ended.Task;
        }));
        using var leaving = new CancellationTokenSource();

        var asking = stage.Http.GetAsync(new Uri("/api/readers", UriKind.Relative), leaving.Token);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Half_an_answer_does_not_look_like_a_whole_one()
    {
        var read = new TaskCompletionSource();
        await using var dying = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]).Build();
        dying.MapFallback(async (HttpContext http) =>
        {
            await http.Response.WriteAsync("half");
            await http.Response.Body.FlushAsync();
            await read.Task;
            http.Abort();
        });
        await dying.StartAsync(TestContext.Current.CancellationToken);
        await using var stage = await GatewayStage.Start(settings: $"DAPR_HTTP_ENDPOINT={dying.Urls.First()}");

        using var answer = await stage.Http.GetAsync(new Uri("/api/readers", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.ReadExactlyAsync(new byte[4], TestContext.Current.CancellationToken);
        read.SetResult();

        await Assert.ThrowsAnyAsync<IOException>(async () => await body.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_its_own_sidecar_it_says_so()
    {
        await using var stage = await GatewayStage.Start(settings: "DAPR_HTTP_ENDPOINT=http://127.0.0.1:9");

        var answer = await stage.Get("/api/readers/a");
        var health = await stage.Get("/healthz");

        Assert.Equal((503, "service-not-available", 503), (answer.Status, answer.Text("type"), health.Status));
        Assert.Contains("sidecar: The sidecar does not answer", health.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_service_refuses_comes_back_as_it_is()
    {
        await using var stage = await GatewayStage.Start(query => query.MapGet("/readers/{id}", (string id) =>
            TypedResults.Problem("Wait a little.", statusCode: 503, type: "view-behind", extensions: new Dictionary<string, object?> { ["id"] = id })));

        var answer = await stage.Get("/api/readers/a");

        Assert.Equal((503, "view-behind", "a", "application/problem+json"), (answer.Status, answer.Text("type"), answer.Text("id"), answer.Header("content-type")));
    }

    [Fact]
    public async Task A_service_that_is_down_is_named_and_the_others_answer()
    {
        await using var stage = await GatewayStage.Start(query => query.MapGet("/readers/{id}", (string id) => id));

        var answer = await stage.Send(HttpMethod.Patch, "/api/readers/a", Content.Json("{}"));
        var other = await stage.Get("/api/readers/a");

        Assert.Equal((503, "1", "service-not-available", GatewayStage.Command), (answer.Status, answer.Header("retry-after"), answer.Text("type"), answer.Text("service")));
        Assert.Contains("reader-command does not answer", answer.Text("detail"), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{32}$", answer.Text("traceId"));
        Assert.Equal((200, "a"), (other.Status, other.Body));
    }

    [Fact]
    public async Task A_service_that_is_too_slow_is_named()
    {
        var begun = new TaskCompletionSource();
        await using var stage = await GatewayStage.Start(query => query.MapGet("/readers", async (HttpContext http) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }));

        var asking = stage.Get("/api/readers");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        stage.Clock.Advance(TimeSpan.FromSeconds(31));
        var answer = await asking;

        Assert.Equal((504, "service-too-slow", GatewayStage.Query), (answer.Status, answer.Text("type"), answer.Text("service")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_413_with_or_without_a_length(bool saysLength)
    {
        await using var stage = await GatewayStage.Start(command: command => command.MapPatch("/readers/{id}", async (HttpContext http) => await http.Request.Body.CopyToAsync(Stream.Null)));
        using var known = new ByteArrayContent(new byte[2 * 1024 * 1024]);
        using var unknown = new StreamContent(new Unknown(2 * 1024 * 1024));

        var answer = await stage.Send(HttpMethod.Patch, "/api/readers/a", saysLength ? known : unknown);

        Assert.Equal((413, "too-large"), (answer.Status, answer.Text("type")));
    }

    private sealed class Unknown(int length) : MemoryStream(new byte[length])
    {
        public override bool CanSeek => false;
    }
}
