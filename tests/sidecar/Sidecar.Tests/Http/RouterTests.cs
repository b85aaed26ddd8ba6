using Sidecar.Http;

namespace Sidecar.Tests.Http;

public sealed class RouterTests
{
    private readonly Router router = new();

    public RouterTests()
    {
        Add("GET", "state/{store}/{key}");
        Add("POST PUT", "state/{store}");
        Add("POST PUT", "state/{store}/bulk");
        Add("POST", "publish/bulk/{pubsub}/{*topic}");
        Add("POST", "publish/{pubsub}/{*topic}");
    }

    [Theory]
    [InlineData("GET", "/v1.0/state/s/k", "/v1.0/state/{store}/{key}")]
    [InlineData("GET", "/v1.0/state/s/bulk", "/v1.0/state/{store}/{key}")]
    [InlineData("PUT", "/v1.0/state/s/bulk", "/v1.0/state/{store}/bulk")]
    [InlineData("POST", "/v1.0/state/s", "/v1.0/state/{store}")]
    [InlineData("POST", "/v1.0/publish/p/a/b", "/v1.0/publish/{pubsub}/{*topic}")]
    [InlineData("POST", "/v1.0/publish/bulk/p/a/b", "/v1.0/publish/bulk/{pubsub}/{*topic}")]
    [InlineData("POST", "/v1.0/publish/bulk/t", "/v1.0/publish/{pubsub}/{*topic}")]
    public void The_most_literal_route_wins(string method, string path, string expected)
    {
        Assert.True(router.TryMatch(method, path, out var route, out _));
        Assert.Equal(expected, route.Name);
    }

    [Theory]
    [InlineData("DELETE", "/v1.0/state/s/k")]
    [InlineData("GET", "/v1.0/state/s")]
    [InlineData("GET", "/v1.0/state/s/k/more")]
    [InlineData("POST", "/v1.0/publish/p")]
    [InlineData("GET", "/v2.0/state/s/k")]
    [InlineData("GET", "/")]
    public void A_wrong_verb_and_an_unknown_path_match_nothing(string method, string path) =>
        Assert.False(router.TryMatch(method, path, out _, out _));

    [Fact]
    public void Parameters_are_unescaped_as_a_query_is()
    {
        Assert.True(router.TryMatch("GET", "/v1.0/state/s/a%2Fb+c", out _, out var values));
        values.Unescape();
        Assert.Equal("s", values["store"]);
        Assert.Equal("a/b c", values["key"]);
    }

    private void Add(string methods, string template) => router.Add(new ApiRoute(methods, "v1.0", template, "test", _ => ValueTask.CompletedTask));
}
