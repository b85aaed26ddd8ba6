using Microsoft.AspNetCore.Builder;

namespace Defaults.Tests.Web;

public sealed class OpenApiTests
{
    [Fact]
    public async Task A_service_describes_itself_with_its_problems()
    {
        await using var stage = await WebStage.Start(app => app.MapGet("/items/{id}", (string id) => new Item(id)));

        var json = (await stage.Get("/openapi.json")).Json;

        var answers = json.GetProperty("paths").GetProperty("/items/{id}").GetProperty("get").GetProperty("responses");
        Assert.True(answers.GetProperty("default").GetProperty("content").TryGetProperty("application/problem+json", out _));
        Assert.True(json.GetProperty("components").GetProperty("schemas").TryGetProperty("Item", out _));
        Assert.Equal("probe", json.GetProperty("info").GetProperty("title").GetString());
        Assert.False(json.GetProperty("paths").TryGetProperty("/livez", out _));
    }

    internal sealed record Item(string Id);
}
