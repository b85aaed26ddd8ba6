using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sidecar.Hosting;
using Sidecar.Tests.Telemetry;

namespace Sidecar.Tests.Hosting;

/// <summary>What keeps a whole sidecar from starting, and how it says so.</summary>
public sealed class SidecarStartTests : IDisposable
{
    private readonly SidecarFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Mistakes_in_several_files_are_told_together_with_file_and_line()
    {
        var broken = folder.Write("broken.yaml", "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: x\n");
        folder.Component("typo", "state.redsi").Component("typed", "pubsub.rabbitmq", version: "v7");

        var problems = (await FailAsync()).Problems;

        Assert.Contains(problems, problem => problem.StartsWith($"{broken}:", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("typo.yaml:5: ", StringComparison.Ordinal) && problem.Contains("couldn't find state store state.redsi/v1", StringComparison.Ordinal) && problem.Contains("state.redis", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("typed.yaml:5: ", StringComparison.Ordinal) && problem.Contains("couldn't find message bus pubsub.rabbitmq/v7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Components_that_cannot_be_initialised_are_told_together()
    {
        folder.Component("store", "state.postgresql", "{name: connectionString, secretKeyRef: {name: gone, key: gone}}", "auth: {secretStore: vault}", version: "v2")
            .Component("vault", "secretstores.local.file", "{name: secretsFile, value: /nowhere/secrets.json}")
            .Component("tick", "bindings.cron", "{name: schedule, value: never}");

        var problems = (await FailAsync()).Problems;

        Assert.Equal(3, problems.Count);
        Assert.All(problems, problem => Assert.Matches(@"\.yaml:\d+: component (store|vault|tick) \(", problem));
    }

    [Fact]
    public async Task A_missing_secret_names_the_component_and_not_the_other_secrets()
    {
        File.WriteAllText(Path.Combine(folder.Root, "secrets.json"), """{"known":"top-secret-value"}""");
        folder.Component("vault", "secretstores.local.file", $"{{name: secretsFile, value: \"{folder.Root}/secrets.json\"}}")
            .Component("store", "state.redis", "{name: redisHost, value: \"127.0.0.1:1\"}, {name: redisPassword, secretKeyRef: {name: unknown, key: unknown}}", "auth: {secretStore: vault}");

        var problem = Assert.Single((await FailAsync()).Problems);

        Assert.Contains("component store (state.redis/v1)", problem, StringComparison.Ordinal);
        Assert.Contains("unknown", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("top-secret-value", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_one_component_keeps_workflows()
    {
        folder.Component("one", "state.in-memory", "{name: actorStateStore, value: \"true\"}").Component("two", "state.in-memory", "{name: actorStateStore, value: \"true\"}");
        Assert.Contains("detected duplicate actor state store: one and two", Assert.Single((await FailAsync()).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_names_its_holder_and_the_flag_that_chooses_another()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;

        var problem = await Assert.ThrowsAsync<StartException>(() => RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder) with { GrpcPort = port }));

        Assert.Equal(
            $"port {port} (gRPC API) is in use by {Process.GetCurrentProcess().ProcessName} (pid {Environment.ProcessId}); choose another with --dapr-grpc-port",
            Assert.Single(problem.Problems));
    }

    [Theory]
    [InlineData("state.postgresql", "v2", "{name: connectionString, value: \"host=127.0.0.1 port=PORT user=u password=hidden-word database=d\"}")]
    [InlineData("state.redis", "v1", "{name: redisHost, value: \"127.0.0.1:PORT\"}, {name: redisPassword, value: hidden-word}")]
    [InlineData("pubsub.rabbitmq", "v1", "{name: connectionString, value: \"amqp://u:hidden-word@127.0.0.1:PORT\"}")]
    public async Task A_server_that_is_not_there_is_waited_for_until_the_initTimeout(string type, string version, string metadata)
    {
        var log = new LogCapture();
        folder.Component("far", type, metadata.Replace("PORT", $"{FreePort.Next()}", StringComparison.Ordinal), spec: "initTimeout: 1s", version: version);

        var started = Stopwatch.GetTimestamp();
        var problem = Assert.Single((await FailAsync(log)).Problems);

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.9, 20);
        Assert.Contains($"far.yaml:1: component far ({type}/{version}): ", problem, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:", problem, StringComparison.Ordinal);
        Assert.Contains("level=warning", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-word", log.Text + problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_component_whose_errors_are_ignored_is_left_out()
    {
        folder.Component("far", "state.redis", $"{{name: redisHost, value: \"127.0.0.1:{FreePort.Next()}\"}}", spec: "initTimeout: 100ms\n  ignoreErrors: true").Component("near", SidecarFolder.InMemory);
        await using var sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder));

        Assert.Equal(204, (await sidecar.GetAsync("/v1.0/state/near/k")).Status);
        Assert.Equal(400, (await sidecar.GetAsync("/v1.0/state/far/k")).Status);
        Assert.Contains("ignored, as ignoreErrors says", sidecar.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Components_of_other_apps_are_not_there_and_listed_ones_only_listed()
    {
        folder.Component("mine", SidecarFolder.InMemory, more: "scopes: [a]").Component("theirs", SidecarFolder.InMemory, more: "scopes: [b]").Component("lock", "lock.redis");
        await using var sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder));

        var metadata = (await sidecar.GetAsync("/v1.0/metadata")).Body;

        Assert.Contains("\"name\":\"mine\"", metadata, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"lock\",\"type\":\"lock.redis\",\"version\":\"v1\"", metadata, StringComparison.Ordinal);
        Assert.DoesNotContain("theirs", metadata, StringComparison.Ordinal);
        Assert.Contains("state store theirs is not found", (await sidecar.GetAsync("/v1.0/state/theirs/k")).Body, StringComparison.Ordinal);
    }

    private async Task<StartException> FailAsync(LogCapture? log = null) =>
        await Assert.ThrowsAsync<StartException>(() => RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder), log));
}
