using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Truth.Tests;

/// <summary>Two apps with a sidecar each, set up as for the recording, on ports of their own.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("truth-").FullName;
    private readonly List<Tool> tools = [];

    public int Http { get; } = FreePort();

    public int Grpc { get; } = FreePort();

    public int App { get; } = FreePort();

    /// <summary>Where spans go; in most tests nobody listens there.</summary>
    public int Zipkin { get; } = FreePort();

    public static string Questions { get; } = Find("tests/sidecar/truth");

    public static string JavaScript { get; } = Find("tests/sidecar/javascript");

    /// <summary>Why programs that need the JavaScript SDK cannot run; null when they can.</summary>
    public static string? NoJavaScript { get; } =
        Directory.Exists(Path.Combine(JavaScript, "node_modules")) ? null : "the JavaScript SDK is not installed (npm ci in tests/sidecar/javascript)";

    private static string Sidecar { get; } = Find("artifacts/bin/Sidecar/release/Sidecar");

    /// <summary>Node looks for packages beside the program that it runs.</summary>
    public static string Program(string file) => Path.Combine(JavaScript, file);

    /// <param name="servers">Null for the components that need none.</param>
    /// <param name="inMemory">The pub/sub component in place of RabbitMQ.</param>
    public static async Task<Stage> StartAsync(TruthServers? servers, bool inMemory)
    {
        var stage = new Stage();
        stage.WriteComponents(servers, inMemory);
        var (peerApp, peerHttp) = (FreePort(), FreePort());
        stage.StartApp(stage.App);
        stage.StartApp(peerApp);
        stage.StartSidecar("truth-a", stage.App, stage.Http, stage.Grpc, "--resources-path", Path.Combine(stage.folder, "components"));
        stage.StartSidecar("truth-b", peerApp, peerHttp, FreePort());
        await ReadyAsync(stage.Http);
        await ReadyAsync(peerHttp);
        return stage;
    }

    /// <summary>The worker behind the questions about workflows.</summary>
    public async Task StartWorkerAsync()
    {
        tools.Add(Tool.Start(folder, "node", [Program("worker.mjs"), Text(Grpc)]));
        await AnswersAsync(Http, "/v1.0/metadata", async answer => (await answer.Content.ReadAsStringAsync()).Contains("\"connectedWorkers\":1", StringComparison.Ordinal));
    }

    public string PathOf(string file) => Path.Combine(folder, file);

    public Task<string> RunAsync(string program, params string[] arguments) => RunAsync(program, [0], arguments);

    public async Task<string> RunAsync(string program, int[] codes, params string[] arguments)
    {
        await using var tool = Tool.Start(folder, program, arguments);
        return await tool.EndAsync(TimeSpan.FromMinutes(8), codes);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tool in Enumerable.Reverse(tools))
        {
            await tool.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static Task ReadyAsync(int port) => AnswersAsync(port, "/v1.0/healthz", answer => Task.FromResult(answer.StatusCode == HttpStatusCode.NoContent));

    private static async Task AnswersAsync(int port, string path, Func<HttpResponseMessage, Task<bool>> isRight)
    {
        using var http = new HttpClient();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"), limit.Token);
                if (await isRight(answer))
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not up yet.
            }

            await Task.Delay(50, limit.Token);
        }
    }

    private void WriteComponents(TruthServers? servers, bool inMemory)
    {
        var target = Directory.CreateDirectory(Path.Combine(folder, "components")).FullName;
        File.Copy(Path.Combine(Questions, "components", "secrets.json"), PathOf("secrets.json"));
        // Traces are made, as in the recording.
        File.WriteAllText(PathOf("config.yaml"), File.ReadAllText(Path.Combine(Questions, "config.yaml")).Replace("127.0.0.1:9411", $"127.0.0.1:{Zipkin}", StringComparison.Ordinal));
        if (servers is null)
        {
            File.Copy(Path.Combine(Questions, "components", "wfstore.yaml"), Path.Combine(target, "wfstore.yaml"));
            return;
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(Questions, "components")).Where(file => Path.GetFileName(file) != "mongo.yaml"))
        {
            var text = File.ReadAllText(file)
                .Replace("port=5432", $"port={servers.Postgres.Port}", StringComparison.Ordinal)
                .Replace("127.0.0.1:5672", $"127.0.0.1:{servers.Rabbit.Port}", StringComparison.Ordinal)
                .Replace("127.0.0.1:6379", $"127.0.0.1:{servers.Redis.Port}", StringComparison.Ordinal);
            if (inMemory && Path.GetFileName(file) == "pubsub-rabbitmq.yaml")
            {
                text = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: pubsub}\nspec: {type: pubsub.in-memory, version: v1, metadata: []}\n";
            }

            File.WriteAllText(Path.Combine(target, Path.GetFileName(file)), text);
        }
    }

    private void StartApp(int port) => tools.Add(Tool.Start(folder, "python3", [Path.Combine(Questions, "app.py"), Text(port), "pubsub"]));

    private void StartSidecar(string appId, int appPort, int http, int grpc, params string[] more) => tools.Add(Tool.Start(
        folder,
        Sidecar,
        ["--app-id", appId, "--app-port", Text(appPort), "--dapr-http-port", Text(http), "--dapr-grpc-port", Text(grpc), "--metrics-port", Text(FreePort()), "--config", "config.yaml", .. more],
        // Where sidecars find each other.
        new Dictionary<string, string> { ["XDG_DATA_HOME"] = folder }));

    private static string Find(string path)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var found = Path.Combine(at.FullName, path);
            if (Path.Exists(found))
            {
                return found;
            }
        }

        throw new FileNotFoundException($"{path} is not above {AppContext.BaseDirectory}; build the solution with -c Release first.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
