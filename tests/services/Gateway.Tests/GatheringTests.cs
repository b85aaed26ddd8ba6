using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests;

public sealed class GatheringTests
{
    [Fact]
    public async Task Parked_messages_of_all_services_are_one_list_page_by_page()
    {
        await using var stage = await GatewayStage.Start(query => Parking(query, 5), command => Parking(command, 3));

        var ids = new List<string>();
        var after = "";
        do
        {
            var page = await stage.Get($"/api/parked?limit=2{after}");
            ids.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            after = page.Json.GetProperty("next") is { ValueKind: System.Text.Json.JsonValueKind.String } next ? $"&after={Uri.EscapeDataString(next.GetString()!)}" : null;
        }
        while (after is not null);

        Assert.Equal(
            ["reader-command~f1", "reader-command~f2", "reader-command~f3", "reader-query~f1", "reader-query~f2", "reader-query~f3", "reader-query~f4", "reader-query~f5"],
            ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_service_that_is_down_is_said_and_one_without_such_a_list_is_not_missed()
    {
        await using var stage = await GatewayStage.Start(query => query.MapGet("/other", () => "x"));

        var answer = await stage.Get("/api/projections");

        Assert.Equal(200, answer.Status);
        Assert.Empty(answer.Json.GetProperty("items").EnumerateArray());
        Assert.Equal(["coordinator", "reader-command", "user"], answer.Json.GetProperty("unanswered").EnumerateArray().Select(one => one.GetProperty("app").GetString()));
    }

    [Fact]
    public async Task Projections_are_gathered_with_their_service()
    {
        await using var stage = await GatewayStage.Start(
            query => query.MapGet("/projections", () => new { Items = new[] { new { Name = "readers", Lag = 3 } } }),
            command => command.MapGet("/projections", () => new { Items = Array.Empty<int>() }));

        var item = Assert.Single((await stage.Get("/api/projections")).Json.GetProperty("items").EnumerateArray());

        Assert.Equal("""{"name":"readers","lag":3,"app":"reader-query"}""", item.GetRawText());
    }

    [Theory]
    [InlineData("/api/parked")]
    [InlineData("/api/projections")]
    public async Task The_token_goes_to_every_service(string path)
    {
        await using var stage = await GatewayStage.Start(query => Parking(query, 1), command => Parking(command, 1));

        await stage.Get(path, ("Authorization", "Bearer a-token"));

        Assert.Equal(2, stage.SeenByApps.Count(seen => seen.Headers["authorization"] == "Bearer a-token"));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task What_one_service_refuses_nobody_tells(int status)
    {
        await using var stage = await GatewayStage.Start(query => Parking(query, 1), command => command.MapGet("/parked", (HttpContext http) =>
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return TypedResults.Problem("No.", statusCode: status, type: "no");
        }));

        var answer = await stage.Get("/api/parked");

        Assert.Equal((status, "no", "Bearer", "application/problem+json"), (answer.Status, answer.Text("type"), answer.Header("www-authenticate"), answer.Header("content-type")));
        Assert.DoesNotContain("f1", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_goes_to_the_service_that_parked_the_message()
    {
        await using var stage = await GatewayStage.Start(query => query.MapPost("/parked/{id}/replay", (string id) => TypedResults.Json(new { id })), command => command.MapFallback(() => "wrong"));

        var answer = await stage.Send(HttpMethod.Post, "/api/parked/reader-query~f00d/replay");

        Assert.Equal((200, "f00d"), (answer.Status, answer.Text("id")));
        Assert.Equal("reader-query POST /parked/f00d/replay", Assert.Single(stage.SeenByApps).ToString());
    }

    [Theory]
    [InlineData("/api/parked/nobody~1/replay")]
    [InlineData("/api/parked/f00d/replay")]
    [InlineData("/api/parked/reader-query~..%2Fx/replay")]
    [InlineData("/api/parked/reader-query~/replay")]
    public async Task A_replay_of_nobodys_message_goes_nowhere(string path)
    {
        await using var stage = await GatewayStage.Start(query => query.MapFallback(() => "reached"));

        Assert.Equal(404, (await stage.Send(HttpMethod.Post, path)).Status);
        Assert.Empty(stage.SeenByApps);
    }

    [Theory]
    [InlineData("after=nobody:1", "after-unclear")]
    [InlineData("after=..%2Fx:1", "after-unclear")]
    [InlineData("after=reader-query", "after-unclear")]
    [InlineData("limit=0", "limit-unclear")]
    [InlineData("limit=100000", "limit-unclear")]
    [InlineData("limit=many", "bad-request")]
    public async Task A_part_that_cannot_be_is_refused(string query, string type)
    {
        await using var stage = await GatewayStage.Start(query => query.MapFallback(() => "reached"));

        var answer = await stage.Get($"/api/parked?{query}");

        Assert.Equal((400, type), (answer.Status, answer.Text("type")));
        Assert.Empty(stage.SeenByApps);
    }

    private static void Parking(WebApplication app, int count) => app.MapGet("/parked", (int limit, string? after) =>
    {
        var first = after is null ? 1 : int.Parse(after.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture);
        var items = Enumerable.Range(first, Math.Min(limit, count - first + 1)).Select(i => new { Id = $"f{i}", Reason = "r" });
        return TypedResults.Json(new { Items = items, Next = first + limit > count ? null : $"a,b:/{first + limit}" });
    });
}
