using System.Net;
using Microsoft.AspNetCore.Http;
using Sidecar.Invocation;

namespace Sidecar.Tests.Invocation;

public sealed class ExternalServerTests : IAsyncDisposable
{
    private readonly Neighbourhood neighbourhood = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Fact]
    public async Task A_server_is_called_by_its_address_without_a_word_about_apps()
    {
        var seen = Array.Empty<string>();
        var server = await neighbourhood.AppAsync(async context =>
        {
            seen = [.. context.Request.Headers.Keys];
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path.Value}{context.Request.QueryString} {await reader.ReadToEndAsync(Cancellation)}", Cancellation);
        });
        var caller = await neighbourhood.SidecarAsync("caller", configure: options => options with { AppToken = "secret" });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{caller.Address}/v1.0/invoke/http%3A%2F%2F127.0.0.1%3A{server.Port}/method/a/b?q=1") { Content = new StringContent("body") };
        using var answer = await caller.SendAsync(request);
        Assert.Equal("POST /a/b?q=1 body", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.DoesNotContain(seen, name => name.StartsWith("dapr-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("x-forwarded", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Its_redirects_go_to_the_caller()
    {
        var server = await neighbourhood.AppAsync(context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        var caller = await neighbourhood.SidecarAsync("caller");
        using var answer = await caller.GetAsync($"/v1.0/invoke/http://127.0.0.1:{server.Port}/method/x");
        Assert.Equal((HttpStatusCode.Redirect, "/elsewhere"), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    [Fact]
    public async Task A_named_server_gets_its_own_headers()
    {
        var server = await neighbourhood.AppAsync(context => context.Response.WriteAsync($"{context.Request.Path.Value} {context.Request.Headers["x-key"]}", Cancellation));
        var endpoint = new HttpEndpoint("upstream", $"http://127.0.0.1:{server.Port}/base") { Headers = new Dictionary<string, string> { ["X-Key"] = "value" } };
        var caller = await neighbourhood.SidecarAsync("caller", endpoints: [endpoint]);
        using var request = new HttpRequestMessage(HttpMethod.Get, caller.Address + "/v1.0/invoke/upstream/method/a");
        request.Headers.Add("x-key", "forged");
        using var answer = await caller.SendAsync(request);
        Assert.Equal("/base/a value", await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
