using Microsoft.AspNetCore.Builder;

namespace Gateway.Tests;

public sealed class CrowdTests
{
    [Theory]
    [InlineData("Gateway:MaxRequestsOfOneClient=2", 429, "too-many-requests")]
    [InlineData("Gateway:MaxRequests=2", 503, "overloaded")]
    public async Task More_at_once_than_the_limit_are_refused_until_others_are_answered(string setting, int status, string type)
    {
        using var begun = new SemaphoreSlim(0);
        var end = new TaskCompletionSource();
        await using var stage = await GatewayStage.Start(
            query =>
            {
                query.MapGet("/readers", async () =>
                {
                    begun.Release();
                    await end.Task;
                });
                query.MapGet("/healthz", () => new { Status = "ready" });
            },
            Ready, Ready, Ready,
            setting);

        var held = new[] { stage.Get("/api/readers"), stage.Get("/api/readers") };
        Assert.True(await begun.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.True(await begun.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        var refused = await stage.Get("/api/readers");
        var health = await stage.Get("/healthz");
        end.SetResult();
        await Task.WhenAll(held);

        Assert.Equal((status, type, "1"), (refused.Status, refused.Text("type"), refused.Header("retry-after")));
        Assert.Equal(200, health.Status);
        Assert.Equal(200, (await stage.Get("/api/readers")).Status);
    }

    private static void Ready(WebApplication app) => app.MapGet("/healthz", () => new { Status = "ready" });
}
