using Sidecar.Telemetry.Metrics;

namespace Sidecar.Tests.Telemetry;

public sealed class HttpPathLabelTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("/", "/")]
    [InlineData("/v1.0/state/store", "/v1.0/state/store")]
    [InlineData("/v1.0/state/store/key", "/v1.0/state/store")]
    [InlineData("/v1.0/state/store/key/with/slashes", "/v1.0/state/store")]
    [InlineData("//v1.0//state/store//key", "/v1.0/state/store")]
    [InlineData("/v1.0/state/", "/v1.0/state/")]
    [InlineData("/v1.0/secrets/store/name", "/v1.0/secrets/store")]
    [InlineData("/v1.0/invoke/app/method/a/b", "/v1.0/invoke/app/method/a/b")]
    [InlineData("/v1.0/publish/p/t", "/v1.0/publish/p/t")]
    [InlineData("/v1.0/metadata", "/v1.0/metadata")]
    [InlineData("/v1.0/actors/type/1/method/m", "/v1.0/actors/type/{id}/method")]
    [InlineData("/v1.0/actors/type/1", "/v1.0/actors/type/1")]
    [InlineData("actors/type/1/method/m", "actors/type/{id}/method/m")]
    [InlineData("/v1.0/workflows/dapr/id", "/v1.0/workflows/dapr/{instanceId}")]
    [InlineData("/v1.0/workflows/dapr/name/start", "/v1.0/workflows/dapr/name/start")]
    [InlineData("/v1.0/workflows/dapr/id/pause", "/v1.0/workflows/dapr/{instanceId}/pause")]
    [InlineData("/v1.0/workflows/dapr/id/raiseEvent/e", "/v1.0/workflows/dapr/{instanceId}/raiseEvent/{eventName}")]
    [InlineData("dapr/config", "/dapr/config")]
    public void What_varies_is_left_out(string path, string expected)
    {
        Assert.Equal(expected, HttpPathLabel.Of(path));
        if (HttpPathLabel.TryPrefix(path, out var prefix))
        {
            Assert.Equal(expected, prefix.ToString());
        }
    }

    [Theory]
    [InlineData("/v1.0/state/store/key", true)]
    [InlineData("/v1.0/invoke/app/method/m", true)]
    [InlineData("/v1.0/workflows/dapr/id", false)]
    public void Calls_that_are_frequent_need_no_new_text(string path, bool expected) => Assert.Equal(expected, HttpPathLabel.TryPrefix(path, out _));

    [Theory]
    [InlineData("/orders/1", "/orders/{id}")]
    [InlineData("//orders//1", "/orders/{id}")]
    [InlineData("/orders/all", "/orders/all")]
    [InlineData("/orders/1/items", null)]
    [InlineData("/orders", null)]
    [InlineData("/files/a/b/c", "/files/")]
    [InlineData("/docs/a/b", "/docs/{path...}")]
    [InlineData("/v1.0/invoke/app/method/orders/1", "/v1.0/invoke/{app_id}/method/orders/{id}")]
    public void Patterns_take_the_place_of_what_they_match(string path, string? expected) =>
        Assert.Equal(expected, new PathPatterns(["/orders/{id}", "orders//all", "/files/", "/docs/{path...}"]).Match(path));
}
