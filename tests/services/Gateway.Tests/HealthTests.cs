using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task It_is_ready_when_every_service_is()
    {
        await using var stage = await GatewayStage.Start(Ready, Ready, Ready, Ready);

        var answer = await stage.Get("/healthz");

        Assert.Equal((200, "ready"), (answer.Status, answer.Text("status")));
        Assert.Equal(["coordinator", "reader-command", "reader-query", "sidecar", "user"], answer.Json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_service_that_is_not_ready_is_named_with_its_reason_and_one_that_is_down_too()
    {
        await using var stage = await GatewayStage.Start(query => query.MapGet("/healthz", () =>
            TypedResults.Problem("The state store reader-query-store does not answer.", statusCode: 503, type: "not-ready")));

        var answer = await stage.Get("/healthz");

        Assert.Equal((503, "not-ready", "1"), (answer.Status, answer.Text("type"), answer.Header("retry-after")));
        Assert.Contains("reader-query: The state store reader-query-store does not answer.", answer.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("reader-command: It does not answer.", answer.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_questions_become_one()
    {
        await using var stage = await GatewayStage.Start(Ready, Ready, Ready, Ready);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => stage.Get("/healthz")));

        Assert.Equal(4, stage.SeenByApps.Count());
        stage.Clock.Advance(TimeSpan.FromSeconds(1));
        await stage.Get("/healthz");
        Assert.Equal(8, stage.SeenByApps.Count());
    }

    [Fact]
    public async Task A_service_that_hangs_is_not_waited_for_without_end()
    {
        await using var stage = await GatewayStage.Start(query => query.MapGet("/healthz", (HttpContext http) => Task.Delay(Timeout.Infinite, http.RequestAborted)), Ready, Ready, Ready, "Web:HealthTime=00:00:00.3");

        var answer = await stage.Get("/healthz");

        Assert.Equal(503, answer.Status);
        Assert.Contains("reader-query", answer.Text("detail"), StringComparison.Ordinal);
        Assert.DoesNotContain("reader-command", answer.Text("detail"), StringComparison.Ordinal);
    }

    private static void Ready(WebApplication app) => app.MapGet("/healthz", () => new { Status = "ready" });
}
