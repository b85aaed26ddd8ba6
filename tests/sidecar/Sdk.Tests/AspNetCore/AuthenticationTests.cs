using System.Security.Claims;
using Dapr.AspNetCore;
using Dapr.Client;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sdk.Tests.Ground;

namespace Sdk.Tests.AspNetCore;

/// <summary>Endpoints that only the sidecar may call.</summary>
public sealed class AuthenticationTests
{
    private const string Token = "open sesame";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 401)]
    [InlineData("open", 401)]
    [InlineData(Token, 200)]
    public async Task Only_the_token_opens_the_door(string? shown, int status)
    {
        await using var app = await GuardedAsync(options => options.Token = Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/door");
        request.Headers.Add("x-other", "1");
        if (shown is not null)
        {
            request.Headers.Add("Dapr-Api-Token", shown);
        }

        using var answer = await app.Http.SendAsync(request, Cancellation);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200 ? "Dapr" : "", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Without_a_token_of_its_own_an_app_lets_nobody_in()
    {
        await using var app = await GuardedAsync(null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/door") { Headers = { { "Dapr-Api-Token", "" } } };
        using var answer = await app.Http.SendAsync(request, Cancellation);
        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal("", new DaprAuthenticationOptions().Token);
    }

    [Fact]
    public async Task A_sidecar_shows_its_token_to_its_app_and_asks_for_its_own()
    {
        var port = Ports.Free();
        var arrived = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await SmallApp.StartAsync(
            app =>
            {
                app.Urls.Clear();
                app.Urls.Add($"http://127.0.0.1:{port}");
                Guard(app);
                app.MapSubscribeHandler();
                app.MapPost("/on/plain", (Order order) => arrived.TrySetResult(order.Name!)).WithTopic(Components.PubSub, "plain").RequireAuthorization("Dapr");
                app.UseCloudEvents();
            },
            builder => Add(builder, options => options.Token = Token));
        await using var sidecar = await RunningSidecar.StartAsync("guarded", port, apiToken: "for the app", appToken: Token);
        using var client = sidecar.Builder().UseDaprApiToken("for the app").Build();
        await RunningSidecar.WithAppAsync(client);

        await client.PublishEventAsync(Components.PubSub, "plain", new Order(1, "one"), Cancellation);
        Assert.Equal("one", await arrived.Task.WaitAsync(Rig.Patience, Cancellation));
        using var http = client.CreateInvokableHttpClient("guarded");
        Assert.Equal("Dapr", await http.GetStringAsync(new Uri("/door", UriKind.Relative), Cancellation));
        using var stranger = sidecar.Builder().Build();
        await Assert.ThrowsAsync<Dapr.DaprException>(() => stranger.GetMetadataAsync(Cancellation));
    }

    private static Task<SmallApp> GuardedAsync(Action<DaprAuthenticationOptions>? configure) => SmallApp.StartAsync(Guard, builder => Add(builder, configure));

    private static void Add(WebApplicationBuilder builder, Action<DaprAuthenticationOptions>? configure)
    {
        var authentication = builder.Services.AddAuthentication();
        _ = configure is null ? authentication.AddDapr() : authentication.AddDapr(configure);
        builder.Services.AddAuthorization(options => options.AddDapr());
    }

    private static void Guard(WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/door", (ClaimsPrincipal caller) => caller.Identity!.Name).RequireAuthorization("Dapr");
    }
}
