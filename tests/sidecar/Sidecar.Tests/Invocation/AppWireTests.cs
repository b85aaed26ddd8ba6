using System.Net;
using System.Text;

namespace Sidecar.Tests.Invocation;

/// <summary>The bytes that an app gets, and answers that few apps give.</summary>
public sealed class AppWireTests : IAsyncDisposable
{
    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private readonly Neighbourhood neighbourhood = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Fact]
    public async Task A_get_without_body_announces_none()
    {
        using var app = new RawApp(Empty);
        var seen = await CallAsync(app, new HttpRequestMessage(HttpMethod.Get, "a?b=c"));
        Assert.Equal(
            $"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:{app.Port}\r\nUser-Agent: Go-http-client/1.1\r\n" +
            "Traceparent: 00-00000000000000000000000000000000-0000000000000000-00\r\nAccept-Encoding: gzip\r\n\r\n",
            seen);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("FOO")]
    public async Task Verbs_that_mostly_have_a_body_have_an_empty_one_in_chunks(string verb)
    {
        using var app = new RawApp(Empty);
        var seen = await CallAsync(app, new HttpRequestMessage(new HttpMethod(verb), "a"));
        Assert.StartsWith($"{(verb == "FOO" ? "POST" : verb)} /a HTTP/1.1\r\n", seen, StringComparison.Ordinal);
        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", seen, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n0\r\n\r\n", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_get_may_have_a_body()
    {
        using var app = new RawApp(Empty);
        var seen = await CallAsync(app, new HttpRequestMessage(HttpMethod.Get, "a") { Content = new StringContent("body") });
        Assert.Contains("\r\nContent-Length: 4\r\n", seen, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nbody", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_value_of_a_header_has_a_line_of_its_own()
    {
        using var app = new RawApp(Empty);
        var seen = await CallAsync(app, new HttpRequestMessage(HttpMethod.Get, "a"), "X-Many: a\r\nX-Many: b\r\nCookie: c=1\r\nAccept-Encoding: br\r\nContent-Language: de\r\n");
        Assert.Contains("\r\nX-Many: a\r\nX-Many: b\r\n", seen, StringComparison.Ordinal);
        Assert.Contains("\r\nCookie: c=1\r\n", seen, StringComparison.Ordinal);
        Assert.Contains("\r\nAccept-Encoding: br\r\n", seen, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Language: de\r\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("gzip", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_app_gets_its_token_and_not_what_the_caller_sent()
    {
        using var app = new RawApp(Empty);
        var sidecar = await neighbourhood.SidecarAsync("app", app.Port, configure: options => options with { AppToken = "secret" });
        using var request = new HttpRequestMessage(HttpMethod.Get, sidecar.Address + "/v1.0/invoke/app/method/a");
        request.Headers.Add("dapr-api-token", "forged");
        using var answer = await sidecar.SendAsync(request);
        Assert.Contains("\r\ndapr-api-token: secret\r\n", app.Requests.Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("forged", app.Requests.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_are_used_again()
    {
        using var app = new RawApp(Empty, keepsAlive: true);
        var sidecar = await neighbourhood.SidecarAsync("app", app.Port);
        for (var i = 0; i < 5; i++)
        {
            using var answer = await sidecar.GetAsync("/v1.0/invoke/app/method/a");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(5, app.Requests.Count);
        Assert.Equal(1, app.Connections);
    }

    [Fact]
    public async Task A_connection_that_the_app_closed_is_not_used_again()
    {
        using var app = new RawApp(Empty);
        var sidecar = await neighbourhood.SidecarAsync("app", app.Port);
        for (var i = 0; i < 20; i++)
        {
            using var answer = await sidecar.GetAsync("/v1.0/invoke/app/method/a");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(await app.Closed.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok", 201, "ok")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, "ok")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nuntil it closes", 200, "until it closes")]
    [InlineData("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2;ext=1\r\nok\r\nA\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n", 200, "ok0123456789")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200, "ok")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\ncut", 200, "cut")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nnonsense\r\n", 200, "ok")]
    [InlineData("HTTP/1.1 299 Of Its Own\r\nContent-Length: 0\r\n\r\n", 299, "")]
    public async Task Answers_are_read_as_Go_reads_them(string bytes, int status, string body)
    {
        using var app = new RawApp(bytes);
        var sidecar = await neighbourhood.SidecarAsync("app", app.Port);
        using var answer = await sidecar.GetAsync("/v1.0/invoke/app/method/a");
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(body, await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.False(answer.Headers.Contains("X-Trailer"));
    }

    [Fact]
    public async Task An_answer_that_was_packed_for_the_sidecar_is_unpacked_for_the_caller()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync("unpacked"u8.ToArray(), Cancellation);
        }

        using var app = new RawApp($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/plain\r\nContent-Length: {packed.Length}\r\n\r\n{Encoding.Latin1.GetString(packed.ToArray())}");
        var sidecar = await neighbourhood.SidecarAsync("app", app.Port);
        using var plain = await sidecar.GetAsync("/v1.0/invoke/app/method/a");
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.Equal("unpacked", await plain.Content.ReadAsStringAsync(Cancellation));

        using var request = new HttpRequestMessage(HttpMethod.Get, sidecar.Address + "/v1.0/invoke/app/method/a");
        request.Headers.Add("Accept-Encoding", "gzip");
        using var asked = await sidecar.SendAsync(request);
        Assert.Equal(["gzip"], asked.Content.Headers.ContentEncoding);
        Assert.Equal(packed.ToArray(), await asked.Content.ReadAsByteArrayAsync(Cancellation));
    }

    /// <summary>Sends without the headers that .NET's client adds.</summary>
    private async Task<string> CallAsync(RawApp app, HttpRequestMessage request, string headers = "")
    {
        var sidecar = await neighbourhood.SidecarAsync("app", app.Port);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, sidecar.Options.HttpPort, Cancellation);
        await using var stream = client.GetStream();
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(Cancellation);
        var length = body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "";
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"{request.Method} /v1.0/invoke/app/method/{request.RequestUri} HTTP/1.1\r\nHost: x\r\n{headers}{length}Connection: close\r\n\r\n{body}"), Cancellation);
        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 200 OK", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
        request.Dispose();
        return app.Requests.Single();
    }
}
