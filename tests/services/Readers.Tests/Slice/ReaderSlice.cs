using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Library.Contracts;
using Library.Contracts.Readers;
using Library.Defaults.Stores;
using Npgsql;
using Servers;
using Tokens;

namespace Readers.Tests.Slice;

/// <summary>Both services of readers as processes of their own, one process of sidecars, and the servers of one set of components/.</summary>
public abstract class ReaderSlice(string folder) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _home = Directory.CreateTempSubdirectory("readers-").FullName;
    private readonly List<Process> _processes = [];
    private readonly List<IAsyncDisposable> _servers = [];
    private readonly List<string> _log = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Dictionary<string, string> _secrets = [];

    private App CommandApp { get; } = new("reader-command", "Readers.Command", Ports.Free(), Ports.Free(), Ports.Free());

    private App QueryApp { get; } = new("reader-query", "Readers.Query", Ports.Free(), Ports.Free(), Ports.Free());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Why the set cannot run here.</summary>
    public virtual string? Missing => null;

    protected static string? MissingPostgres => PostgresServer.IsInstalled ? null : "PostgreSQL is not installed (apt-get install postgresql)";

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        foreach (var server in await StartServers(_secrets))
        {
            _servers.Add(server);
        }

        await WriteComponents();
        var sidecars = Path.Combine(_home, "sidecars.json");
        await File.WriteAllTextAsync(sidecars, JsonSerializer.Serialize(new[] { CommandApp.Flags(_home), QueryApp.Flags(_home) }));
        Start(Program("Sidecar", "Sidecar"), ["--sidecars", sidecars]);
        await Answers(new Uri($"http://127.0.0.1:{QueryApp.Http}/v1.0/healthz/outbound"));
        foreach (var app in new[] { CommandApp, QueryApp })
        {
            Start(Program(app.Project, $"Library.{app.Project}"), ["--urls", $"http://127.0.0.1:{app.Port}", "--DAPR_HTTP_PORT", $"{app.Http}", "--DAPR_GRPC_PORT", $"{app.Grpc}", $"--{TestIssuer.Setting.Name}", TestIssuer.Setting.Value]);
        }

        await Answers(CommandApp.At("/healthz"));
        await Answers(QueryApp.At("/healthz"));
        await Until(async () => (await Get("/projections")).Body.GetProperty("items")[0].GetProperty("state").GetString() == "current");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _http.Dispose();
        Directory.Delete(_home, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal Task Create(string id, string email, string? phone = null) =>
        Publish(new CreateReader($"saga-{id}", "create-reader", 1, "tests.replies", id, "Ada", email, phone));

    internal Task Confirm(string id) => Publish(new ConfirmReader($"saga-{id}", "confirm-reader", 1, "tests.replies", id));

    internal Task Cancel(string id) => Publish(new CancelReader($"saga-{id}", "create-reader", 1, "tests.replies", id));

    internal Task Erase(string id) => Publish(new EraseReader($"erasure-{id}", "erase-reader", 1, "tests.replies", id));

    /// <summary>Whether the command side has noted something of the step that creates the reader.</summary>
    internal async Task<bool> HasNotedCreation(string id)
    {
        var key = $"step|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{CreateReader.Topic}\nsaga-{id}\ncreate-reader")))}";
        using var answer = await _http.GetAsync(new Uri($"http://127.0.0.1:{CommandApp.Http}/v1.0/state/reader-command-store/{Uri.EscapeDataString(key)}"), Cancellation);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    internal async Task<(int Status, JsonElement Body)> Patch(string id, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, CommandApp.At($"/readers/{id}")) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await Send(request);
    }

    internal async Task<(int Status, JsonElement Body)> Get(string path, bool ofCommand = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, (ofCommand ? CommandApp : QueryApp).At(path));
        return await Send(request);
    }

    internal async Task<(int Status, JsonElement Body)> Post(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, QueryApp.At(path));
        return await Send(request);
    }

    /// <summary>Asks until it is so; what the processes said goes with the failure.</summary>
    internal async Task Until(Func<Task<bool>> isSo)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"It did not become so.\n{Said()}");
            await Task.Delay(50, Cancellation);
        }
    }

    /// <summary>Starts what the set needs and says what its YAML asks the secret store for.</summary>
    protected abstract Task<IReadOnlyList<IAsyncDisposable>> StartServers(Dictionary<string, string> secrets);

    protected static async Task<PostgresServer> StartPostgres(Dictionary<string, string> secrets)
    {
        var server = new PostgresServer();
        await server.StartAsync();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString());
        foreach (var database in new[] { "reader_command", "reader_query" })
        {
            await using var create = source.CreateCommand($"CREATE DATABASE {database}");
            await create.ExecuteNonQueryAsync(Cancellation);
        }

        (secrets["postgres-host"], secrets["postgres-port"]) = ("127.0.0.1", $"{server.Port}");
        (secrets["reader-command-database"], secrets["reader-query-database"]) = ("dapr", "dapr");
        return server;
    }

    protected static async Task<RabbitServer> StartRabbit(Dictionary<string, string> secrets)
    {
        var server = await RabbitServer.StartAsync(Cancellation);
        secrets["rabbitmq"] = server.Uri;
        return server;
    }

    private async Task WriteComponents()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Library.Dapr.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        Directory.CreateDirectory(Path.Combine(_home, "components"));
        await File.WriteAllTextAsync(Path.Combine(_home, "secrets.json"), JsonSerializer.Serialize(_secrets), Cancellation);
        foreach (var file in Directory.GetFiles(Path.Combine(root, "components", folder), "*.yaml"))
        {
            var yaml = (await File.ReadAllTextAsync(file, Cancellation)).Replace(".data/", $"{_home}/", StringComparison.Ordinal);
            yaml = Regex.Replace(yaml, @"(?<=- name: user\s+value: )\w+", "dapr", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            await File.WriteAllTextAsync(Path.Combine(_home, "components", Path.GetFileName(file)), yaml, Cancellation);
        }

        await File.WriteAllTextAsync(Path.Combine(_home, "configuration.yaml"), $"""
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata:
              name: tests
            spec:
              nameResolution:
                component: sqlite
                version: v1
                configuration:
                  connectionString: {_home}/names.db

            """, Cancellation);
    }

    private async Task Publish<TCommand>(TCommand command)
        where TCommand : ICommand
    {
        using var answer = await _http.PostAsJsonAsync(new Uri($"http://127.0.0.1:{CommandApp.Http}/v1.0/publish/pubsub/{TCommand.Topic}"), command, StoredJson.Options, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<(int Status, JsonElement Body)> Send(HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestIssuer.Admin);
        using var answer = await _http.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    private Task Answers(Uri url) => Until(async () =>
    {
        try
        {
            using var answer = await _http.GetAsync(url, Cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    });

    private void Start(string program, string[] arguments)
    {
        var process = Launcher.Start(program, arguments, _home);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private void Keep(string? line)
    {
        lock (_log)
        {
            _log.Add(line ?? "");
        }
    }

    private string Said()
    {
        lock (_log)
        {
            return string.Join('\n', _log.TakeLast(60));
        }
    }

    private static string Program(string project, string name) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, $"../../{project}/release/{name}"));

    private sealed record App(string AppId, string Project, int Port, int Http, int Grpc)
    {
        public string[] Flags(string home) =>
        [
            "--app-id", AppId, "--app-port", $"{Port}", "--dapr-http-port", $"{Http}", "--dapr-grpc-port", $"{Grpc}", "--metrics-port", $"{Ports.Free()}", "--log-level", "warn",
            "--resources-path", Path.Combine(home, "components"), "--config", Path.Combine(home, "configuration.yaml"),
        ];

        public Uri At(string path) => new($"http://127.0.0.1:{Port}{path}");
    }
}
