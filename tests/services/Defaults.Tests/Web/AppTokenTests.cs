using Microsoft.AspNetCore.Builder;

namespace Defaults.Tests.Web;

public sealed class AppTokenTests
{
    private const string Token = "APP_API_TOKEN=the-token-of-the-app";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("the-token-of-the-ap")]
    [InlineData("the-token-of-the-app2")]
    [InlineData("The-token-of-the-app")]
    public async Task Without_the_token_nothing_is_answered_not_even_what_there_is(string? shown)
    {
        await using var stage = await WebStage.Start(app => app.MapPost("/messages", () => "taken"), settings: Token);
        (string, string)[] headers = shown is null ? [] : [("dapr-api-token", shown)];

        Assert.Equal(401, (await stage.Send(HttpMethod.Post, "/messages", null, headers)).Status);
        Assert.Equal(401, (await stage.Get("/nowhere", headers)).Status);
        var answer = await stage.Get("/openapi.json", headers);
        Assert.Equal((401, "not-authenticated"), (answer.Status, answer.Text("type")));
    }

    [Fact]
    public async Task With_the_token_everything_is_answered()
    {
        await using var stage = await WebStage.Start(app => app.MapPost("/messages", () => "taken"), settings: Token);

        Assert.Equal("taken", (await stage.Send(HttpMethod.Post, "/messages", null, ("dapr-api-token", "the-token-of-the-app"))).Body);
        Assert.Equal(401, (await stage.Send(HttpMethod.Post, "/messages", null, ("dapr-api-token", "the-token-of-the-app"), ("dapr-api-token", "another"))).Status);
    }

    [Theory]
    [InlineData("/livez", 200)]
    [InlineData("/healthz", 503)]
    [InlineData("/metrics", 200)]
    public async Task Probes_and_scrapers_need_none(string path, int status)
    {
        await using var stage = await WebStage.Start(settings: Token);

        Assert.Equal(status, (await stage.Get(path)).Status);
    }

    [Fact]
    public async Task Who_has_no_token_set_is_warned_and_the_token_is_never_logged()
    {
        await using var open = await WebStage.Start(app => app.MapGet("/", () => "here"));
        await using var closed = await WebStage.Start(settings: Token);
        await closed.Get("/", ("dapr-api-token", "wrong"));

        Assert.Equal("here", (await open.Get("/")).Body);
        Assert.Single(open.Log.Lines, line => line.Contains("APP_API_TOKEN is not set", StringComparison.Ordinal));
        Assert.DoesNotContain(closed.Log.Lines, line => line.Contains("the-token", StringComparison.Ordinal) || line.Contains("wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_a_public_port_metrics_are_told_only_to_who_holds_the_token()
    {
        await using var stage = await WebStage.Start(app => app.MapGet("/", () => "here"), isPublic: true, settings: Token);

        Assert.Equal("here", (await stage.Get("/")).Body);
        Assert.Equal(404, (await stage.Get("/metrics")).Status);
        Assert.Equal(200, (await stage.Get("/metrics", ("dapr-api-token", "the-token-of-the-app"))).Status);
    }
}
