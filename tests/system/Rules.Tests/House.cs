using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Servers;

namespace Rules.Tests;

/// <summary>The user service, whose keys turn fast, and two replicas of a service that takes its tokens: processes on the embedded set.</summary>
public sealed class House : IAsyncLifetime
{
    private const string Password = "the first password of this house";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly string _home = Directory.CreateTempSubdirectory("house-").FullName;
    private readonly List<Process> _processes = [];
    private readonly List<string> _log = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 64 });

    public static bool IsLongRun { get; } = Environment.GetEnvironmentVariable("LIBRARY_TEST_ALL") == "true";

    /// <summary>So often a new key signs.</summary>
    public static TimeSpan Turn { get; } = TimeSpan.FromSeconds(IsLongRun ? 5 : 2);

    internal App User { get; } = new("user", "Users", Ports.Free(), Ports.Free(), Ports.Free());

    internal IReadOnlyList<App> Replicas { get; } = [.. Enumerable.Range(0, 2).Select(_ => new App("reader-query", "Readers.Query", Ports.Free(), Ports.Free(), Ports.Free()))];

    public async ValueTask InitializeAsync()
    {
        await WriteComponents();
        var apps = Replicas.Append(User).ToList();
        var sidecars = Path.Combine(_home, "sidecars.json");
        await File.WriteAllTextAsync(sidecars, JsonSerializer.Serialize(apps.Select(app => app.Flags(_home))));
        Start(Program("Sidecar", "Sidecar"), ["--sidecars", sidecars]);
        foreach (var app in apps)
        {
            Start(
                Program(app.Project, $"Library.{app.Project}"),
                ["--urls", $"http://127.0.0.1:{app.Port}", "--DAPR_HTTP_PORT", $"{app.Http}", "--DAPR_GRPC_PORT", $"{app.Grpc}", "--Keys:Every", $"{Turn}", "--Keys:Lead", "00:00:01", "--Keys:Fresh", "00:00:00.5"]);
        }

        foreach (var app in apps)
        {
            // The views have no source here and are never ready; who may ask is told all the same.
            await Until(async () => (int)(await Ask(HttpMethod.Get, app.At(app == User ? "/healthz" : "/livez"), null)).StatusCode == 200);
        }

        var token = await LogIn();
        foreach (var replica in Replicas)
        {
            await Until(async () => await Asked(replica, token) == 200);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        _http.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    public async Task<string> LogIn()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, User.At("/login")) { Content = JsonContent.Create(new { username = "admin", password = Password }) };
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}\n{Said}");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("accessToken").GetString()!;
    }

    public async Task LogOut(string token) => Assert.Equal(204, (int)(await Ask(HttpMethod.Delete, User.At("/login"), token)).StatusCode);

    /// <summary>By command; a moment after the last turn that is too soon.</summary>
    public Task TurnKeys(string token) => Until(async () => (await Ask(HttpMethod.Post, User.At("/keys/turn"), token)).IsSuccessStatusCode);

    internal async Task<int> Asked(App replica, string token) => (int)(await Ask(HttpMethod.Get, replica.At("/projections"), token)).StatusCode;

    /// <summary>What the processes said last.</summary>
    public string Said
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log.TakeLast(60));
            }
        }
    }

    private async Task<HttpResponseMessage> Ask(HttpMethod method, Uri url, string? token)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return answer;
    }

    private async Task Until(Func<Task<bool>> isSo)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                if (await isSo())
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"It did not become so.\n{Said}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private async Task WriteComponents()
    {
        Directory.CreateDirectory(Path.Combine(_home, "components"));
        await File.WriteAllTextAsync(Path.Combine(_home, "secrets.json"), JsonSerializer.Serialize(new Dictionary<string, string> { ["master-key"] = "a master key of more than thirty-two letters", ["admin-password"] = Password }));
        foreach (var file in Directory.GetFiles(Path.Combine(Apps.Root, "components", "embedded"), "*.yaml"))
        {
            await File.WriteAllTextAsync(Path.Combine(_home, "components", Path.GetFileName(file)), (await File.ReadAllTextAsync(file)).Replace(".data/", $"{_home}/", StringComparison.Ordinal));
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

            """);
    }

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

    private static string Program(string project, string name) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, $"../../{project}/release/{name}"));
}

internal sealed record App(string AppId, string Project, int Port, int Http, int Grpc)
{
    public string[] Flags(string home) =>
    [
        "--app-id", AppId, "--app-port", $"{Port}", "--dapr-http-port", $"{Http}", "--dapr-grpc-port", $"{Grpc}", "--metrics-port", $"{Ports.Free()}", "--log-level", "warn",
        "--resources-path", Path.Combine(home, "components"), "--config", Path.Combine(home, "configuration.yaml"),
    ];

    public Uri At(string path) => new($"http://127.0.0.1:{Port}{path}");
}
