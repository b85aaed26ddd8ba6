using System.Net;
using System.Text;

namespace Sidecar.Tests.Hosting;

/// <summary>What a hostile or careless caller of the HTTP port meets.</summary>
public sealed class HttpEdgeTests : IAsyncLifetime
{
    private const int Limit = 4 * 1024 * 1024;
    private readonly SidecarFolder folder = new SidecarFolder().Component("store", SidecarFolder.InMemory).Component("bus", "pubsub.in-memory");
    private RunningSidecar sidecar = null!;

    private int Port => sidecar.Options.HttpPort;

    public async ValueTask InitializeAsync()
    {
        sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder));
        await sidecar.Started;
    }

    public async ValueTask DisposeAsync()
    {
        await sidecar.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("/v1.0/state/store", 204)]
    [InlineData("/v1.0/publish/bus/t", 204)]
    public async Task A_body_of_exactly_the_limit_is_taken(string path, int status) =>
        Assert.Equal(status, (await sidecar.PostAsync(path, BodyOf(Limit))).Status);

    [Theory]
    [InlineData("/v1.0/state/store", 400, """{"errorCode":"ERR_MALFORMED_REQUEST","message":"stream too large"}""")]
    [InlineData("/v1.0/state/store/bulk", 400, """{"errorCode":"ERR_MALFORMED_REQUEST","message":"failed deserializing HTTP body: stream too large"}""")]
    [InlineData("/v1.0/state/store/transaction", 400, """{"errorCode":"ERR_MALFORMED_REQUEST","message":"failed deserializing HTTP body: stream too large"}""")]
    public async Task One_byte_more_is_refused_in_the_words_of_each_api(string path, int status, string body)
    {
        var answer = await sidecar.PostAsync(path, BodyOf(Limit + 1));

        Assert.Equal((status, body), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_message_of_one_byte_more_is_not_published()
    {
        var answer = await sidecar.PostAsync("/v1.0/publish/bus/t", BodyOf(Limit + 1));

        Assert.Equal(500, answer.Status);
        Assert.StartsWith("""{"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE","message":"error when publishing to topic t in pubsub bus: stream too large",""", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunks_that_exceed_the_limit_are_refused_when_they_do()
    {
        var chunk = $"{Limit:x}\r\n{BodyOf(Limit)[..^1]} \r\n2\r\n ]\r\n0\r\n\r\n";
        var answer = await RawHttp.ExchangeAsync(Port, "POST /v1.0/state/store HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n", chunk);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("stream too large", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1.0/state/store/%zz")]
    [InlineData("/v1.0/state/store/a%2")]
    [InlineData("/v1.0/invoke/x/method/%")]
    public async Task A_broken_escape_in_the_path_gets_no_further_than_the_server(string path)
    {
        var answer = await RawHttp.ExchangeAsync(Port, $"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/plain; charset=utf-8\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n400 Bad Request", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BLAH\r\n\r\n", 400)]
    [InlineData("GET  /v1.0/healthz HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /v1.0/healthz HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /v1.0/healthz HTTP/1.1\r\nHost: a\r\nbroken\r\n\r\n", 400)]
    [InlineData("GET /v1.0/healthz HTTP/3.1\r\nHost: a\r\n\r\n", 505)]
    [InlineData("POST /v1.0/state/store HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200)]
    public async Task A_request_line_that_makes_no_sense_ends_the_connection(string request, int status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", await RawHttp.ExchangeAsync(Port, request), StringComparison.Ordinal);

    [Theory]
    [InlineData(3_000, 204)]
    [InlineData(16_000, 431)]
    [InlineData(64 * 1024, 431)]
    public async Task Long_keys_in_the_url_are_taken_up_to_the_limit_of_a_head(int length, int status) =>
        Assert.Equal(status, (await sidecar.GetAsync($"/v1.0/state/store/{new string('k', length)}")).Status);

    [Fact]
    public async Task Too_large_headers_are_told_so() =>
        Assert.Equal(431, (await sidecar.SendAsync(HttpMethod.Get, "/v1.0/healthz", null, ("x", new string('x', 9_000)))).Status);

    [Fact]
    public async Task A_long_key_in_a_body_is_only_a_key()
    {
        var key = new string('k', 64 * 1024);

        Assert.Equal(204, (await sidecar.PostAsync("/v1.0/state/store", $$"""[{"key":"{{key}}","value":1}]""")).Status);
        Assert.Equal($$"""[{"key":"{{key}}","data":1,""", WithoutETag(await sidecar.PostAsync("/v1.0/state/store/bulk", $$"""{"keys":["{{key}}"]}""")));
    }

    [Fact]
    public async Task Connections_that_break_off_within_a_body_leave_the_sidecar_well()
    {
        for (var i = 0; i < 20; i++)
        {
            using var client = await RawHttp.ConnectAsync(Port);
            await client.GetStream().WriteAsync("POST /v1.0/state/store HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n[{\"key\":"u8.ToArray(), TestContext.Current.CancellationToken);
            client.Client.LingerState = new(enable: true, seconds: 0);
        }

        Assert.Equal(204, (await sidecar.PostAsync("/v1.0/state/store", """[{"key":"after","value":1}]""")).Status);
    }

    [Fact]
    public async Task A_body_may_come_byte_by_byte()
    {
        const string Body = """[{"key":"slow","value":"v"}]""";
        string[] bytes = [.. Body.Select(letter => letter.ToString())];

        var answer = await RawHttp.ExchangeAsync(Port, [$"POST /v1.0/state/store HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {Body.Length}\r\n\r\n", .. bytes]);

        Assert.StartsWith("HTTP/1.1 204 ", answer, StringComparison.Ordinal);
        Assert.Equal("\"v\"", (await sidecar.GetAsync("/v1.0/state/store/slow")).Body);
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_their_order()
    {
        var requests = string.Concat(Enumerable.Range(0, 50).Select(i => Post($$"""[{"key":"p","value":{{i}}}]""") + "GET /v1.0/state/store/p HTTP/1.1\r\nHost: a\r\n\r\n"));

        var answers = await RawHttp.ExchangeAsync(Port, requests, "GET /v1.0/healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        var values = answers.Split("\r\n\r\n").Select(part => part.Split("HTTP/1.1")[0]).Where(body => body.Length > 0);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), values);
    }

    [Theory]
    [InlineData("GET /v1.0/healthz HTTP/1.0\r\n\r\n", "204")]
    [InlineData("GET http://elsewhere/v1.0/healthz HTTP/1.1\r\nHost: elsewhere\r\nConnection: close\r\n\r\n", "204")]
    [InlineData("GET /v1.0/healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", "204")]
    public async Task Old_and_odd_ways_to_ask_are_understood(string request, string status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", await RawHttp.ExchangeAsync(Port, request), StringComparison.Ordinal);

    [Theory]
    [InlineData("HEAD", "/v1.0/state/store/k")]
    [InlineData("OPTIONS", "/v1.0/state/store")]
    [InlineData("PATCH", "/v1.0/metadata")]
    [InlineData("GET", "/v9/state/store/k")]
    [InlineData("GET", "/")]
    public async Task What_no_route_takes_is_an_invocation_without_a_target(string method, string path)
    {
        var answer = await sidecar.SendAsync(new HttpMethod(method), path);

        Assert.Equal(404, answer.Status);
        Assert.Equal("application/json", answer.Header("content-type"));
        Assert.Contains(method == "HEAD" ? "" : "ERR_DIRECT_INVOKE", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_port_speaks_HTTP_2_without_TLS_too_and_takes_the_largest_body_there()
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(BodyOf(Limit)));

        using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{Port}/v1.0/state/store"), body, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.NoContent, HttpVersion.Version20), (answer.StatusCode, answer.Version));
    }

    [Fact]
    public async Task Of_query_entries_with_one_name_the_first_counts()
    {
        await sidecar.PostAsync("/v1.0/state/store?metadata.ttlInSeconds=100&metadata.ttlInSeconds=nonsense", """[{"key":"d","value":1}]""");

        Assert.NotNull((await sidecar.GetAsync("/v1.0/state/store/d")).Header("metadata.ttlexpiretime"));
    }

    [Fact]
    public async Task Identical_requests_at_one_time_do_not_disturb_each_other()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => sidecar.PostAsync("/v1.0/state/store", """[{"key":"c","value":{"n":1}}]""")));

        Assert.All(answers, answer => Assert.Equal(204, answer.Status));
        Assert.Equal("""{"n":1}""", (await sidecar.GetAsync("/v1.0/state/store/c")).Body);
    }

    private static string BodyOf(int length) => $$"""[{"key":"big","value":"{{new string('x', length - 26)}}"}]""" is var text && Encoding.UTF8.GetByteCount(text) == length ? text : throw new InvalidOperationException($"{text.Length}");

    private static string Post(string body) => $"POST /v1.0/state/store HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static string WithoutETag(Reply answer) => answer.Body[..answer.Body.IndexOf("\"etag\"", StringComparison.Ordinal)];
}
