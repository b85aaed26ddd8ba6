using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sidecar.Tests.Invocation;

public sealed class InvocationHttpTests : IAsyncDisposable
{
    private readonly Neighbourhood neighbourhood = new();

    public static TheoryData<Callee> Everywhere => new(Enum.GetValues<Callee>());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_call_reaches_the_app_with_verb_path_query_and_body(Callee callee)
    {
        var (caller, path) = await neighbourhood.CallerAsync(callee, async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path.Value}{context.Request.QueryString} {context.Request.ContentType} {await reader.ReadToEndAsync(Cancellation)}");
        });
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"{caller.Address}{path}a/b%20c?x=1&y=z%20w") { Content = new StringContent("body", Encoding.UTF8, "text/csv") };
        using var answer = await caller.SendAsync(request);
        Assert.Equal("PATCH /a/b c?x=1&y=z%20w text/csv; charset=utf-8 body", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Status_headers_and_body_of_the_app_come_back_unchanged(Callee callee)
    {
        var (caller, path) = await neighbourhood.CallerAsync(callee, async context =>
        {
            context.Response.StatusCode = int.Parse(context.Request.Path.Value!.TrimStart('/'));
            context.Response.Headers["X-Many"] = new[] { "a", "b" };
            context.Response.Headers.Location = "/elsewhere";
            context.Response.ContentType = "application/problem+json";
            await context.Response.WriteAsync("{}");
        });
        foreach (var status in new[] { 200, 201, 302, 400, 401, 404, 409, 418, 500, 503, 599 })
        {
            using var answer = await caller.GetAsync(path + status);
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(["a", "b"], answer.Headers.GetValues("X-Many"));
            Assert.Equal("/elsewhere", answer.Headers.Location?.ToString());
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
            Assert.Equal("{}", await answer.Content.ReadAsStringAsync(Cancellation));
        }
    }

    [Theory]
    [InlineData(Callee.Self, "x-custom: c|user-agent: Go-http-client/1.1|traceparent: 00-00000000000000000000000000000000-0000000000000000-00|accept-encoding: gzip")]
    [InlineData(Callee.SameProcess, "x-custom: c|user-agent: Go-http-client/1.1|traceparent: 00-00000000000000000000000000000000-0000000000000000-00|accept-encoding: gzip|dapr-caller-app-id: caller|dapr-caller-namespace: default|dapr-callee-app-id: callee|x-forwarded-for|x-forwarded-host|forwarded")]
    [InlineData(Callee.OtherProcess, "x-custom: c|user-agent: Go-http-client/1.1|traceparent: 00-00000000000000000000000000000000-0000000000000000-00|accept-encoding: gzip|dapr-caller-app-id: caller|dapr-caller-namespace: default|dapr-callee-app-id: callee|x-forwarded-for|x-forwarded-host|forwarded")]
    public async Task The_app_sees_the_headers_that_daprd_sends(Callee callee, string expected)
    {
        var seen = new List<string>();
        var (caller, path) = await neighbourhood.CallerAsync(callee, context =>
        {
            seen.AddRange(context.Request.Headers.Where(header => header.Key != "Host").Select(header => $"{header.Key.ToLowerInvariant()}: {header.Value}"));
            return Task.CompletedTask;
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{caller.Address}{path}x");
        request.Headers.TryAddWithoutValidation("x-custom", "c");
        request.Headers.TryAddWithoutValidation("keep-alive", "timeout=5");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("proxy-authorization", "Basic abc");
        request.Headers.TryAddWithoutValidation("connection", "x-hop");
        request.Headers.TryAddWithoutValidation("x-hop", "1");
        request.Headers.TryAddWithoutValidation("data-bin", "AAAA");
        request.Headers.TryAddWithoutValidation("destination-app-id", "somebody");
        using var answer = await caller.SendAsync(request);
        string[] vary = ["x-forwarded-for", "x-forwarded-host", "forwarded"];
        Assert.Equal(
            expected.Split('|').Order(StringComparer.Ordinal),
            seen.Select(header => vary.FirstOrDefault(name => header.StartsWith(name + ":", StringComparison.Ordinal)) ?? header).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Pieces_of_an_answer_arrive_before_its_end(Callee callee)
    {
        var seen = new TaskCompletionSource();
        var (caller, path) = await neighbourhood.CallerAsync(callee, async context =>
        {
            await context.Response.Body.WriteAsync("first"u8.ToArray(), Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            await seen.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
            await context.Response.Body.WriteAsync("second"u8.ToArray(), Cancellation);
        });
        using var answer = await caller.GetAsync(path + "x");
        await using var body = await answer.Content.ReadAsStreamAsync(Cancellation);
        var piece = new byte[5];
        await body.ReadExactlyAsync(piece, Cancellation);
        seen.SetResult();
        using var rest = new StreamReader(body);
        Assert.Equal("first", Encoding.UTF8.GetString(piece));
        Assert.Equal("second", await rest.ReadToEndAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Pieces_of_a_request_of_unknown_length_reach_the_app_before_its_end(Callee callee)
    {
        var seen = new TaskCompletionSource();
        var (caller, path) = await neighbourhood.CallerAsync(callee, async context =>
        {
            var piece = new byte[5];
            await context.Request.Body.ReadExactlyAsync(piece, Cancellation);
            seen.SetResult();
            using var rest = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(Encoding.UTF8.GetString(piece) + await rest.ReadToEndAsync(Cancellation));
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{caller.Address}{path}x")
        {
            Content = new SteppedContent("first", seen.Task, "second"),
        };
        using var answer = await caller.SendAsync(request);
        Assert.Equal("firstsecond", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task An_app_may_answer_before_the_request_has_ended(Callee callee)
    {
        var (caller, path) = await neighbourhood.CallerAsync(callee, context => context.Response.WriteAsync("early", Cancellation));
        for (var i = 0; i < 3; i++)
        {
            // .NET's client would not look at an answer before it has sent its request.
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, caller.Options.HttpPort, Cancellation);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {path}x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"), Cancellation);
            var seen = "";
            var buffer = new byte[1024];
            // Counted or in chunks, as the end of the app's answer came in time for the head or not.
            while (!seen.EndsWith("\r\n\r\nearly", StringComparison.Ordinal) && !seen.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await stream.ReadAsync(buffer, Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
                Assert.NotEqual(0, read);
                seen += Encoding.ASCII.GetString(buffer, 0, read);
            }

            Assert.Contains("\r\nearly", seen, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Bodies_of_many_pieces_arrive_whole_both_ways(Callee callee)
    {
        var (caller, path) = await neighbourhood.CallerAsync(callee, context => context.Request.Body.CopyToAsync(context.Response.Body, Cancellation));
        var sent = new byte[3_000_000];
        new Random(1).NextBytes(sent);
        using var known = new HttpRequestMessage(HttpMethod.Post, $"{caller.Address}{path}x") { Content = new ByteArrayContent(sent) };
        using var chunked = new HttpRequestMessage(HttpMethod.Post, $"{caller.Address}{path}x") { Content = new ByteArrayContent(sent) };
        chunked.Headers.TransferEncodingChunked = true;
        foreach (var request in new[] { known, chunked })
        {
            using var answer = await caller.SendAsync(request);
            Assert.Equal(sent, await answer.Content.ReadAsByteArrayAsync(Cancellation));
        }
    }

    [Theory]
    [InlineData(Callee.Self, true, "Post \"http://127.0.0.1:PORT/x\": stream too large")]
    [InlineData(Callee.Self, false, "Post \"http://127.0.0.1:PORT/x\": stream too large")]
    [InlineData(Callee.SameProcess, true, "stream too large")]
    [InlineData(Callee.SameProcess, false, "stream too large")]
    [InlineData(Callee.OtherProcess, true, "stream too large")]
    [InlineData(Callee.OtherProcess, false, "stream too large")]
    public async Task A_body_beyond_the_limit_is_refused(Callee callee, bool isChunked, string reason)
    {
        var port = "";
        var (caller, path) = await neighbourhood.CallerAsync(
            callee,
            context => context.Request.Body.CopyToAsync(Stream.Null, Cancellation),
            options =>
            {
                port = $"{options.AppPort}";
                return options;
            });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{caller.Address}{path}x") { Content = new ByteArrayContent(new byte[4 * 1024 * 1024 + 1]) };
        request.Headers.TransferEncodingChunked = isChunked;
        request.Headers.ExpectContinue = true;
        using var answer = await caller.SendAsync(request);
        var id = path.Split('/')[3];
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(
            $$"""{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to invoke, id: {{id}}, err: {{reason.Replace("PORT", port, StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}}"}""",
            await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Head_is_answered_without_a_body(Callee callee)
    {
        var (caller, path) = await neighbourhood.CallerAsync(callee, context =>
        {
            context.Response.Headers["X-Verb"] = context.Request.Method;
            context.Response.ContentLength = 100;
            return Task.CompletedTask;
        });
        using var request = new HttpRequestMessage(HttpMethod.Head, $"{caller.Address}{path}x");
        using var answer = await caller.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("HEAD", answer.Headers.GetValues("X-Verb").Single());
    }

    [Theory]
    [InlineData(200, "", null)]
    [InlineData(200, "plain", "text/plain; charset=utf-8")]
    [InlineData(200, "<html>", "text/html; charset=utf-8")]
    [InlineData(404, "", "application/json")]
    [InlineData(500, "plain", "application/json")]
    [InlineData(204, "", null)]
    [InlineData(304, "", null)]
    public async Task An_answer_without_content_type_gets_the_one_that_daprd_gives_it(int status, string body, string? contentType)
    {
        var (caller, path) = await neighbourhood.CallerAsync(Callee.SameProcess, async context =>
        {
            context.Response.StatusCode = status;
            if (body.Length > 0)
            {
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body), Cancellation);
            }
        });
        using var answer = await caller.GetAsync(path);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(contentType, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private sealed class SteppedContent(string first, Task between, string second) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(first), Cancellation);
            await stream.FlushAsync(Cancellation);
            await between.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(second), Cancellation);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
