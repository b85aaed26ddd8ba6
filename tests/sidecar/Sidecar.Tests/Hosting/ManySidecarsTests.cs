using Sidecar.Hosting;
using Sidecar.Telemetry.Logging;

namespace Sidecar.Tests.Hosting;

/// <summary>Sidecars that share a process share nothing that an app could notice.</summary>
public sealed class ManySidecarsTests
{
    [Fact]
    public async Task Each_has_its_own_components_token_and_app_and_calls_the_other_without_a_port()
    {
        using var ours = new SidecarFolder().Component("store", SidecarFolder.InMemory);
        using var theirs = new SidecarFolder().Component("store", SidecarFolder.InMemory, "{name: keyPrefix, value: none}").Component("more", SidecarFolder.InMemory);
        await using var app = await HostingApp.StartAsync();
        var log = new LogCapture();
        await using var parts = new ProcessParts(new LogOutput(log), TimeProvider.System);
        await using var one = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(ours, "one") with { ApiToken = "first" }, parts, log);
        await using var two = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(theirs, "two", app.Port) with { ApiToken = "second" }, parts, log);
        await log.WaitForAsync("dapr initialized. Status: Running.");

        Assert.Equal(204, (await Ask(one, "first", HttpMethod.Post, "/v1.0/state/store", """[{"key":"k","value":1}]""")).Status);
        Assert.Equal(204, (await Ask(two, "second", HttpMethod.Get, "/v1.0/state/store/k")).Status);
        Assert.Equal(200, (await Ask(one, "first", HttpMethod.Get, "/v1.0/state/store/k")).Status);
        Assert.Equal(401, (await Ask(two, "first", HttpMethod.Get, "/v1.0/state/store/k")).Status);
        Assert.DoesNotContain("\"more\"", (await Ask(one, "first", HttpMethod.Get, "/v1.0/metadata")).Body, StringComparison.Ordinal);

        Assert.Equal(200, (await Ask(one, "first", HttpMethod.Get, "/v1.0/invoke/two/method/hello")).Status);
        Assert.Equal("one", (await app.AskedAsync("/hello")).Headers["dapr-caller-app-id"]);
        Assert.Contains("app_id=one", log.Text, StringComparison.Ordinal);
        Assert.Contains("app_id=two", log.Text, StringComparison.Ordinal);

        await one.StopAsync();
        Assert.Equal(200, (await Ask(two, "second", HttpMethod.Get, "/v1.0/metadata")).Status);
    }

    private static Task<Reply> Ask(RunningSidecar sidecar, string token, HttpMethod method, string path, string? body = null) =>
        sidecar.SendAsync(method, path, body, ("dapr-api-token", token));
}
