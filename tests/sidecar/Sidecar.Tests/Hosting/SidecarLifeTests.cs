using System.Diagnostics;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Protos;
using Sidecar.Tests.Telemetry;

namespace Sidecar.Tests.Hosting;

/// <summary>From the first open port to the last answer.</summary>
public sealed class SidecarLifeTests : IDisposable
{
    private const string Orders = """[{"pubsubname":"bus","topic":"orders","route":"/orders","deadLetterTopic":"dead"},{"pubsubname":"bus","topic":"dead","route":"/dead"}]""";
    private readonly SidecarFolder folder = new SidecarFolder().Component("bus", "pubsub.in-memory").Component("store", SidecarFolder.InMemory);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_app_can_call_out_before_it_listens_and_is_asked_what_it_wants_once_it_does()
    {
        await using var app = new HostingApp();
        await using var sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder, appPort: app.Port));

        Assert.Equal(204, (await sidecar.GetAsync("/v1.0/healthz/outbound")).Status);
        var health = await sidecar.GetAsync("/v1.0/healthz");
        Assert.Equal(500, health.Status);
        Assert.Contains("ERR_HEALTH_NOT_READY", health.Body, StringComparison.Ordinal);
        Assert.Equal(204, (await sidecar.PostAsync("/v1.0/state/store", """[{"key":"early","value":1}]""")).Status);

        await app.StartAsync();

        Assert.Equal("a", (await app.AskedAsync("/dapr/config")).Headers["dapr-app-id"]);
        Assert.Equal("a", (await app.AskedAsync("/dapr/subscribe")).Headers["dapr-app-id"]);
        await sidecar.Log.WaitForAsync("dapr initialized. Status: Running.");
        Assert.Equal(204, (await sidecar.GetAsync("/v1.0/healthz?appid=a")).Status);
        Assert.Contains("ERR_HEALTH_APPID_NOT_MATCH", (await sidecar.GetAsync("/v1.0/healthz?appid=b")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_is_not_asked_what_is_disabled()
    {
        await using var app = await HostingApp.StartAsync();
        await using var sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder, appPort: app.Port) with { DisabledInitEndpoints = ["config", "subscribe"] });

        await sidecar.Log.WaitForAsync("dapr initialized. Status: Running.");

        Assert.Empty(app.Requests);
    }

    [Fact]
    public async Task Deliveries_stop_while_the_app_is_unwell_and_resume()
    {
        await using var app = await HostingApp.StartAsync(Orders);
        await using var sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder, appPort: app.Port) with { AppHealth = new AppHealthOptions { Interval = TimeSpan.FromMilliseconds(50), Threshold = 1 } });
        // The second probe comes when the subscriptions that the first one let start have started.
        await app.AskedAsync("/healthz", 2);
        await PublishAsync(sidecar);
        await app.AskedAsync("/orders");

        app.IsWell = false;
        await app.AskedAsync("/healthz", app.Requests.Count(request => request.Path == "/healthz") + 3);
        await PublishAsync(sidecar, "nobody is there");
        Assert.Equal(500, (await sidecar.GetAsync("/v1.0/invoke/a/method/hello")).Status);

        app.IsWell = true;
        await app.AskedAsync("/dapr/subscribe");
        await app.AskedAsync("/healthz", app.Requests.Count(request => request.Path == "/healthz") + 3);
        await PublishAsync(sidecar);
        await app.AskedAsync("/orders", 2);
        Assert.DoesNotContain(app.Requests, request => request.Body.Contains("nobody is there", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_delivery_that_runs_may_end_and_nothing_is_dead_lettered()
    {
        await using var app = await HostingApp.StartAsync(Orders);
        var leave = new TaskCompletionSource();
        await using var sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder, appPort: app.Port));
        app.Work = request => request.Path == "/orders" ? leave.Task : Task.CompletedTask;
        await sidecar.Log.WaitForAsync("dapr initialized. Status: Running.");
        await PublishAsync(sidecar);
        await app.AskedAsync("/orders");

        Assert.Equal(204, (await sidecar.SendAsync(HttpMethod.Post, "/v1.0/shutdown")).Status);
        Assert.False(await sidecar.Shutdown.Requested);
        var stopping = sidecar.StopAsync();
        await sidecar.Log.WaitForAsync("Dapr is shutting down");
        Assert.False(stopping.IsCompleted);
        leave.SetResult();
        await stopping;

        Assert.Single(app.Requests, request => request.Path == "/orders");
        Assert.DoesNotContain(app.Requests, request => request.Path == "/dead");
    }

    [Fact]
    public async Task An_app_that_does_not_end_is_not_waited_for_longer_than_the_grace()
    {
        await using var app = await HostingApp.StartAsync(Orders);
        var leave = new TaskCompletionSource();
        await using var sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder, appPort: app.Port) with { GracefulShutdown = TimeSpan.FromMilliseconds(300) });
        app.Work = request => request.Path == "/orders" ? leave.Task : Task.CompletedTask;
        await sidecar.Log.WaitForAsync("dapr initialized. Status: Running.");
        await PublishAsync(sidecar);
        await app.AskedAsync("/orders");

        var started = Stopwatch.GetTimestamp();
        await sidecar.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        leave.SetResult();

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10);
        Assert.DoesNotContain(app.Requests, request => request.Path == "/dead");
    }

    [Fact]
    public async Task While_the_end_is_blocked_the_API_answers()
    {
        await using var sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder) with { BlockShutdown = TimeSpan.FromSeconds(2) });

        var stopping = sidecar.StopAsync();
        await sidecar.Log.WaitForAsync("Dapr is shutting down");
        var answer = await sidecar.PostAsync("/v1.0/state/store", """[{"key":"late","value":1}]""");
        var wasBlocked = !stopping.IsCompleted;
        await stopping;

        Assert.Equal(204, answer.Status);
        Assert.True(wasBlocked);
        await Assert.ThrowsAsync<HttpRequestException>(() => sidecar.GetAsync("/v1.0/healthz"));
    }

    [Fact]
    public async Task The_public_port_tells_health_and_metadata_and_no_more()
    {
        var port = FreePort.Next();
        await using var sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder) with { PublicPort = port, ApiToken = "t0ken" });
        await sidecar.Log.WaitForAsync("app is not listening");

        Assert.Equal(204, (await sidecar.SendAsync(port, HttpMethod.Get, "/v1.0/healthz")).Status);
        Assert.Equal(200, (await sidecar.SendAsync(port, HttpMethod.Get, "/v1.0/metadata")).Status);
        var unknown = await sidecar.SendAsync(port, HttpMethod.Get, "/v1.0/state/store/k");
        Assert.Equal((404, "404 page not found\n", "nosniff"), (unknown.Status, unknown.Body, unknown.Header("x-content-type-options")));
        var verb = await sidecar.SendAsync(port, HttpMethod.Post, "/v1.0/healthz");
        Assert.Equal((405, "", "GET"), (verb.Status, verb.Body, verb.Header("allow")));
    }

    [Fact]
    public async Task Metrics_have_a_port_of_their_own()
    {
        await using var sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder));
        await sidecar.GetAsync("/v1.0/state/store/k");

        var page = await sidecar.SendAsync(sidecar.Options.MetricsPort, HttpMethod.Get, "/metrics");

        Assert.Equal(200, page.Status);
        Assert.Contains("dapr_component_state_count{", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("allowed", 204, 404)]
    [InlineData("denied", 404, 204)]
    public async Task Only_the_APIs_that_the_configuration_admits_are_there(string list, int state, int publish)
    {
        folder.Configure($"api: {{{list}: [{{name: state, version: v1.0, protocol: http}}]}}");
        await using var sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder));

        Assert.Equal(state, (await sidecar.GetAsync("/v1.0/state/store/k")).Status);
        Assert.Equal(publish, (await sidecar.PostAsync("/v1.0/publish/bus/t", "1")).Status);
        Assert.Equal(204, (await sidecar.GetAsync("/v1.0/healthz/outbound")).Status);
    }

    [Fact]
    public async Task Without_the_token_nothing_is_answered_but_health_and_the_app_sees_only_its_own()
    {
        await using var app = await HostingApp.StartAsync(Orders);
        await using var sidecar = await RunningSidecar.StartAsync(
            RunningSidecar.OptionsFor(folder, appPort: app.Port) with { ApiToken = "api-token-word", AppToken = "app-token-word", LogLevel = Microsoft.Extensions.Logging.LogLevel.Debug });
        await sidecar.Log.WaitForAsync("dapr initialized. Status: Running.");

        var refused = await sidecar.SendAsync(HttpMethod.Get, "/v1.0/metadata", null, ("dapr-api-token", "another"));
        Assert.Equal((401, "invalid api token\n", "nosniff", "text/plain; charset=utf-8"), (refused.Status, refused.Body, refused.Header("x-content-type-options"), refused.Header("content-type")));
        Assert.Equal(401, (await sidecar.GetAsync("/v1.0/invoke/a/method/hello")).Status);
        Assert.Equal(204, (await sidecar.GetAsync("/v1.0/healthz")).Status);
        Assert.Equal(204, (await sidecar.GetAsync("/v1.0/healthz/outbound")).Status);
        using var grpc = new GrpcChannel(new Uri($"http://127.0.0.1:{sidecar.Options.GrpcPort}"), 1024 * 1024, TimeProvider.System);
        var unknown = await Assert.ThrowsAsync<GrpcException>(() => AskAsync(grpc, default));
        Assert.Equal(GrpcCode.Unauthenticated, unknown.Code);
        await AskAsync(grpc, new GrpcCallOptions { Metadata = [new("dapr-api-token", "api-token-word")] });

        Assert.Equal(200, (await sidecar.SendAsync(HttpMethod.Get, "/v1.0/invoke/a/method/hello", null, ("dapr-api-token", "api-token-word"))).Status);
        var seen = await app.AskedAsync("/hello");
        Assert.Equal("app-token-word", seen.Headers["dapr-api-token"]);
        Assert.Equal(204, (await sidecar.SendAsync(HttpMethod.Post, "/v1.0/publish/bus/orders", "{}", ("dapr-api-token", "api-token-word"))).Status);
        Assert.Equal("app-token-word", (await app.AskedAsync("/orders")).Headers["dapr-api-token"]);
        Assert.DoesNotContain("-token-word", sidecar.Log.Text, StringComparison.Ordinal);
    }

    private static async Task AskAsync(GrpcChannel grpc, GrpcCallOptions options) =>
        await grpc.UnaryAsync(GrpcMethods.Dapr + "GetState", new GetStateRequest { StoreName = "store", Key = "k" }, GetStateResponse.Parser, options, TestContext.Current.CancellationToken);

    private static async Task PublishAsync(RunningSidecar sidecar, string text = "{}") => Assert.Equal(204, (await sidecar.PostAsync("/v1.0/publish/bus/orders", text)).Status);
}
