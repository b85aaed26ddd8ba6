using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sidecar.Invocation;

namespace Sidecar.Tests.Invocation;

public sealed class InvocationFailureTests : IAsyncDisposable
{
    private readonly Neighbourhood neighbourhood = new();

    public static TheoryData<Callee> Everywhere => new(Enum.GetValues<Callee>());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Theory]
    [InlineData("/v1.0/invoke/nobody/method/x", 500, "failed to invoke, id: nobody, err: couldn't find service: nobody")]
    [InlineData("/v1.0/invoke/a.b.c/method/x", 500, "failed to invoke, id: a.b.c, err: invalid app id a.b.c")]
    [InlineData("/v1.0/invoke/caller/method/x", 500, "failed to invoke, id: caller, err: cannot invoke local endpoint: app channel not initialized")]
    [InlineData("/v1.0/invoke/caller/method", 404, "failed getting app id either from the URL path or the header dapr-app-id")]
    [InlineData("/v1.0/what", 404, "failed getting app id either from the URL path or the header dapr-app-id")]
    [InlineData("/v1.0/invoke/nobody/method/a%23b", 500, "failed to invoke, id: nobody, err: rpc error: code = InvalidArgument desc = invalid method: method contains forbidden character: \\\"a#b\\\"")]
    [InlineData("/v1.0/invoke/http://127.0.0.1:1/method/x", 500, "failed to invoke, id: http://127.0.0.1:1, err: Get \\\"http://127.0.0.1:1/x\\\": dial tcp 127.0.0.1:1: connect: connection refused")]
    public async Task A_call_that_leads_nowhere_says_why(string path, int status, string message)
    {
        var caller = await neighbourhood.SidecarAsync("caller");
        using var answer = await caller.GetAsync(path);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal($$"""{"errorCode":"ERR_DIRECT_INVOKE","message":"{{message}}"}""", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("first")]
    [InlineData("second")]
    public async Task A_sidecar_without_app_says_so(string process)
    {
        await neighbourhood.SidecarAsync("callee", process: process);
        await AssertFailureAsync(await neighbourhood.SidecarAsync("caller"), "callee", "rpc error: code = Internal desc = app channel is not initialized");
    }

    [Theory]
    [InlineData("first")]
    [InlineData("second")]
    public async Task An_app_that_does_not_listen_is_named(string process)
    {
        await neighbourhood.SidecarAsync("callee", 1, process);
        await AssertFailureAsync(
            await neighbourhood.SidecarAsync("caller"),
            "callee",
            "rpc error: code = Internal desc = error invoking app channel: Get \\\"http://127.0.0.1:1/x\\\": dial tcp 127.0.0.1:1: connect: connection refused");
    }

    [Theory]
    [InlineData(Callee.Self, "rpc error: code = Internal desc = app is not in a healthy state")]
    [InlineData(Callee.SameProcess, "rpc error: code = Internal desc = error invoking app channel: rpc error: code = Internal desc = app is not in a healthy state")]
    [InlineData(Callee.OtherProcess, "rpc error: code = Internal desc = error invoking app channel: rpc error: code = Internal desc = app is not in a healthy state")]
    public async Task An_app_that_is_unwell_is_not_called(Callee callee, string reason)
    {
        var id = callee == Callee.Self ? "caller" : "callee";
        var app = await neighbourhood.AppAsync(_ => Task.CompletedTask);
        var sidecar = await neighbourhood.SidecarAsync(id, app.Port, callee == Callee.OtherProcess ? "second" : "first");
        sidecar.App!.IsHealthy = () => false;
        await AssertFailureAsync(callee == Callee.Self ? sidecar : await neighbourhood.SidecarAsync("caller"), id, reason);
        sidecar.App.IsHealthy = () => true;
        using var answer = await sidecar.GetAsync($"/v1.0/invoke/{id}/method/x");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task An_app_that_hangs_up_is_an_error(Callee callee)
    {
        var (caller, path) = await neighbourhood.CallerAsync(callee, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var answer = await caller.GetAsync(path + "x");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("/x\\\": ", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task An_answer_that_breaks_off_ends_where_it_broke(Callee callee)
    {
        using var app = new RawApp("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nhalf");
        var caller = callee == Callee.Self
            ? await neighbourhood.SidecarAsync("callee", app.Port)
            : await neighbourhood.SidecarAsync("caller");
        if (callee != Callee.Self)
        {
            await neighbourhood.SidecarAsync("callee", app.Port, callee == Callee.OtherProcess ? "second" : "first");
        }

        using var answer = await caller.GetAsync("/v1.0/invoke/callee/method/x");
        Assert.Equal("half", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n", "net/http: HTTP/1.x transport connection broken: malformed HTTP response \\\"nonsense\\\"")]
    [InlineData("HTTP/1.1 200 OK\r\nbroken\r\n\r\n", "net/http: HTTP/1.x transport connection broken: malformed MIME header line: broken")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "net/http: HTTP/1.x transport connection broken: bad Content-Length \\\"x\\\"")]
    [InlineData("HTTP/1.1 200 OK\r\nX: ", "net/http: HTTP/1.x transport connection broken: unexpected EOF")]
    [InlineData("", "EOF")]
    [InlineData("LONG", "net/http: server response headers exceeded 4096 bytes; aborted")]
    public async Task An_answer_that_makes_no_sense_is_an_error(string bytes, string reason)
    {
        using var app = new RawApp(bytes == "LONG" ? $"HTTP/1.1 200 OK\r\nX: {new string('x', 5000)}\r\n\r\n" : bytes);
        var sidecar = await neighbourhood.SidecarAsync("callee", app.Port);
        await AssertFailureAsync(sidecar, "callee", $"Get \\\"http://127.0.0.1:{app.Port}/x\\\": {reason}");
    }

    [Fact]
    public async Task A_caller_that_goes_away_ends_the_call_of_the_app()
    {
        var gone = new TaskCompletionSource();
        var (caller, path) = await neighbourhood.CallerAsync(Callee.OtherProcess, async context =>
        {
            using var registration = context.RequestAborted.Register(gone.SetResult);
            await context.Response.StartAsync(Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            await context.Response.WriteAsync("x", Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            await gone.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        });
        (await caller.GetAsync(path + "x")).Dispose();
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
    }

    private static async Task AssertFailureAsync(TestSidecar caller, string appId, string reason)
    {
        using var answer = await caller.GetAsync($"/v1.0/invoke/{appId}/method/x");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal($$"""{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to invoke, id: {{appId}}, err: {{reason}}"}""", await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
