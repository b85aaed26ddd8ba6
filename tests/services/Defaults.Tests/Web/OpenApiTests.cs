using Library.Defaults.Web;
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

    [Fact]
    public async Task A_member_that_may_be_absent_is_described_as_what_it_holds()
    {
        await using var stage = await WebStage.Start(app => app.MapPatch("/items/{id}", (string id, Change change) => new Item(change.Day.IsGiven ? "given" : id)));

        var change = (await stage.Get("/openapi.json")).Json.GetProperty("components").GetProperty("schemas").GetProperty("Change");
        var absent = await stage.Send(HttpMethod.Patch, "/items/a", new StringContent("{}", null, "application/json"));
        var isNull = await stage.Send(HttpMethod.Patch, "/items/a", new StringContent("""{"day":null}""", null, "application/json"));

        Assert.Equal("""["null","string"]""", change.GetProperty("properties").GetProperty("name").GetProperty("type").GetRawText().Replace(" ", "", StringComparison.Ordinal).ReplaceLineEndings(""));
        Assert.Equal("date", change.GetProperty("properties").GetProperty("day").GetProperty("format").GetString());
        Assert.False(change.TryGetProperty("required", out _));
        Assert.Equal(("a", "given"), (absent.Text("id"), isNull.Text("id")));
    }

    internal sealed record Change
    {
        public Given<string> Name { get; init; }

        public Given<DateOnly?> Day { get; init; }
    }

    internal sealed record Item(string Id);
}
