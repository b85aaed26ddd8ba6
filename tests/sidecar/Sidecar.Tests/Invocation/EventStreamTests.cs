using System.Net;
using Microsoft.AspNetCore.Http;

namespace Sidecar.Tests.Invocation;

public sealed class EventStreamTests : IAsyncDisposable
{
    private readonly Neighbourhood neighbourhood = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Theory]
    [InlineData(Callee.Self)]
    [InlineData(Callee.SameProcess)]
    [InlineData(Callee.OtherProcess)]
    public async Task Events_arrive_one_by_one(Callee callee)
    {
        using var seen = new SemaphoreSlim(0);
        var (caller, path) = await neighbourhood.CallerAsync(callee, async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 5; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n", Cancellation);
                await context.Response.Body.FlushAsync(Cancellation);
                Assert.True(await seen.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
            }
        });
        using var answer = await AskAsync(caller, path);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.ToString());
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal($"data: {i}", await reader.ReadLineAsync(Cancellation));
            seen.Release();
        }

        Assert.Null(await reader.ReadLineAsync(Cancellation));
    }

    [Theory]
    [InlineData(Callee.SameProcess)]
    [InlineData(Callee.OtherProcess)]
    public async Task Of_other_sidecars_only_successes_are_passed_on_and_not_their_status(Callee callee)
    {
        var (caller, path) = await neighbourhood.CallerAsync(callee, context =>
        {
            context.Response.StatusCode = int.Parse(context.Request.Path.Value!.TrimStart('/'));
            context.Response.ContentType = "text/plain";
            context.Response.Headers["X-From-App"] = "yes";
            return context.Response.WriteAsync("text", Cancellation);
        });
        using var created = await AskAsync(caller, path + "201");
        Assert.Equal(HttpStatusCode.OK, created.StatusCode);
        Assert.Equal("text/event-stream", created.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", created.Headers.CacheControl?.ToString());
        Assert.Equal("yes", created.Headers.GetValues("X-From-App").Single());
        Assert.Equal("text", await created.Content.ReadAsStringAsync(Cancellation));

        using var missing = await AskAsync(caller, path + "404");
        Assert.Equal(HttpStatusCode.InternalServerError, missing.StatusCode);
        Assert.Equal(
            """{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to invoke, id: callee, err: rpc error: code = Internal desc = error invoking app channel: no response received from stream"}""",
            await missing.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Ones_own_app_answers_as_it_likes()
    {
        var (caller, path) = await neighbourhood.CallerAsync(Callee.Self, context =>
        {
            context.Response.StatusCode = int.Parse(context.Request.Path.Value!.TrimStart('/'));
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync("text", Cancellation);
        });
        using var created = await AskAsync(caller, path + "201");
        Assert.Equal((HttpStatusCode.OK, "text/plain"), (created.StatusCode, created.Content.Headers.ContentType?.ToString()));
        using var missing = await AskAsync(caller, path + "404");
        Assert.Equal((HttpStatusCode.NotFound, "text/plain"), (missing.StatusCode, missing.Content.Headers.ContentType?.ToString()));
    }

    private static Task<HttpResponseMessage> AskAsync(TestSidecar caller, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, caller.Address + path);
        request.Headers.Add("Accept", "text/event-stream");
        return caller.SendAsync(request);
    }
}
