using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Servers;
using Sidecar.Tests.Telemetry;

namespace Sidecar.Tests.Hosting;

/// <summary>The built program: what it prints, how it ends.</summary>
public sealed class SidecarProcessTests : IDisposable
{
    private const string Orders = """[{"pubsubname":"bus","topic":"orders","route":"/orders","deadLetterTopic":"dead"},{"pubsubname":"bus","topic":"dead","route":"/dead"}]""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly SidecarFolder folder = new SidecarFolder().Component("bus", "pubsub.in-memory").Component("store", SidecarFolder.InMemory);
    private readonly int http = FreePort.Next();
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task What_keeps_it_from_starting_goes_to_stderr_and_the_code_is_1()
    {
        var broken = folder.Write("broken.yaml", "kind: [\n");
        using var process = Start();

        Assert.Equal((1, $"a: {broken}:"), (await EndAsync(process), (await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken))[..$"a: {broken}:".Length]));
    }

    [Fact]
    public async Task SIGTERM_lets_a_delivery_end_and_the_code_is_0()
    {
        await using var app = await HostingApp.StartAsync(Orders);
        var leave = new TaskCompletionSource();
        app.Work = request => request.Path == "/orders" ? leave.Task : Task.CompletedTask;
        using var process = Start("--app-port", Text(app.Port));
        await SaysAsync(process, "dapr initialized. Status: Running.");
        using var answer = await client.PostAsync(Url("/v1.0/publish/bus/orders"), new StringContent("{}"), TestContext.Current.CancellationToken);
        await app.AskedAsync("/orders");

        using var kill = Process.Start("kill", ["-TERM", Text(process.Id)]);
        await SaysAsync(process, "Dapr is shutting down");
        leave.SetResult();

        Assert.Equal(0, await EndAsync(process));
        Assert.Single(app.Requests, request => request.Path == "/orders");
        Assert.DoesNotContain(app.Requests, request => request.Path == "/dead");
    }

    [Fact]
    public async Task A_process_that_leaves_a_delivery_behind_ends_with_code_1()
    {
        await using var app = await HostingApp.StartAsync(Orders);
        var never = new TaskCompletionSource();
        app.Work = request => request.Path == "/orders" ? never.Task : Task.CompletedTask;
        using var process = Start("--app-port", Text(app.Port), "--dapr-graceful-shutdown-seconds", "1");
        await SaysAsync(process, "dapr initialized. Status: Running.");
        using var answer = await client.PostAsync(Url("/v1.0/publish/bus/orders"), new StringContent("{}"), TestContext.Current.CancellationToken);
        await app.AskedAsync("/orders");

        using var kill = Process.Start("kill", ["-TERM", Text(process.Id)]);
        await SaysAsync(process, "Graceful shutdown timeout exceeded, forcing shutdown");

        Assert.Equal(1, await EndAsync(process));
        never.SetResult();
    }

    [Theory]
    [InlineData("false", 0)]
    [InlineData("TRUE", 1)]
    public async Task A_call_of_shutdown_is_answered_before_the_process_ends(string force, int code)
    {
        using var process = Start();
        await SaysAsync(process, "HTTP server listening");
        using var request = new HttpRequestMessage(HttpMethod.Post, Url("/v1.0/shutdown"));
        request.Headers.Add("dapr-force-shutdown", force);

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(code, await EndAsync(process));
    }

    [Fact]
    public async Task One_process_hosts_sidecars_that_call_each_other_and_ends_with_the_last()
    {
        await using var app = await HostingApp.StartAsync();
        var other = FreePort.Next();
        var file = Path.Combine(folder.Root, "sidecars.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new[] { Flags("one", http), [.. Flags("two", other), "--app-port", Text(app.Port)] }), TestContext.Current.CancellationToken);
        using var process = Run("--sidecars", file, "--config", folder.Configuration);
        await SaysAsync(process, "dapr initialized. Status: Running.");

        Assert.Equal("", await client.GetStringAsync(Url("/v1.0/invoke/two/method/hello"), TestContext.Current.CancellationToken));
        Assert.Equal("/hello", (await app.AskedAsync("/hello")).Path);
        using var ended = await client.PostAsync(Url("/v1.0/shutdown"), null, TestContext.Current.CancellationToken);
        using var stays = await client.GetAsync(new Uri($"http://127.0.0.1:{other}/v1.0/healthz"), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, stays.StatusCode);
        using var last = await client.PostAsync(new Uri($"http://127.0.0.1:{other}/v1.0/shutdown"), null, TestContext.Current.CancellationToken);

        Assert.Equal(0, await EndAsync(process));
    }

    [Fact]
    public async Task Asked_to_it_shows_the_traces_of_its_sidecars_where_they_send_them()
    {
        var zipkin = FreePort.Next();
        var config = folder.Write("traced.yaml", $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: {name: traced}
            spec:
              tracing:
                samplingRate: "1"
                zipkin: {endpointAddress: "http://localhost:{{zipkin}}/api/v2/spans" }
            """);
        using var process = Launcher.Start(
            Program(), [.. Flags("a", http), "--resources-path", folder.Components, "--config", folder.Configuration, "--config", config, "--trace-viewer"], null, new Dictionary<string, string> { ["OTEL_BSP_SCHEDULE_DELAY"] = "50" });
        await SaysAsync(process, $"traces are shown at http://127.0.0.1:{zipkin}");
        await SaysAsync(process, "HTTP server listening");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);

        string services;
        do
        {
            using var saved = await client.PostAsync(Url("/v1.0/state/store"), new StringContent("""[{"key":"k","value":1}]"""), limit.Token);
            services = await client.GetStringAsync(new Uri($"http://127.0.0.1:{zipkin}/api/v2/services"), limit.Token);
        }
        while (services == "[]");

        Assert.Equal("""["a"]""", services);
        using var ended = await client.PostAsync(Url("/v1.0/shutdown"), null, limit.Token);
        Assert.Equal(0, await EndAsync(process));
    }

    private static string[] Flags(string appId, int port) => ["--app-id", appId, "--dapr-http-port", Text(port), "--dapr-grpc-port", "0", "--metrics-port", "0"];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Process Run(params string[] arguments) => Launcher.Start(Program(), arguments);

    private static string Program()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var found = Path.Combine(at.FullName, "artifacts/bin/Sidecar/release/Sidecar");
            if (File.Exists(found))
            {
                return found;
            }
        }

        throw new FileNotFoundException("build sidecar/Sidecar with -c Release first");
    }

    private static async Task SaysAsync(Process process, string part)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            Assert.DoesNotContain("level=error", line, StringComparison.Ordinal);
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"it never said: {part}\n{await process.StandardError.ReadToEndAsync(limit.Token)}");
    }

    private static async Task<int> EndAsync(Process process)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        Assert.DoesNotContain("level=error", await process.StandardOutput.ReadToEndAsync(limit.Token), StringComparison.Ordinal);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    private Process Start(params string[] more) => Run([.. Flags("a", http), "--resources-path", folder.Components, "--config", folder.Configuration, .. more]);

    private Uri Url(string path) => new($"http://127.0.0.1:{http}{path}");
}
