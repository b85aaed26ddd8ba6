using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Tokens;

namespace Bench;

/// <summary>From the answer of a command until the view shows it: readers, on the embedded set, one sidecar process for both services.</summary>
public static class ViewSection
{
    private const string Reader = "bench-reader";
    private const string Saga = "bench-saga";
    private static readonly TimeSpan Aim = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(Sidecars sidecars, Pace pace)
    {
        Table.Title("From a command's answer to the view, embedded");
        var resources = sidecars.Resources(
            "view", Sqlite(sidecars, "reader-command-store", "state"), Sqlite(sidecars, "reader-query-store", "state"), Sqlite(sidecars, "reader-query-parked", "state"), Sqlite(sidecars, "pubsub", "pubsub"));
        var (command, query) = (Service.New("reader-command", "Readers.Command", resources), Service.New("reader-query", "Readers.Query", resources));
        var file = Path.Combine(sidecars.Home, "view-sidecars.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new[] { command.Flags, query.Flags }));
        await using var sidecar = await Child.StartAsync(Sidecars.Program, ["--sidecars", file], new Uri($"http://127.0.0.1:{query.Http}/v1.0/healthz/outbound"));
        await using var first = await command.StartAsync();
        await using var second = await query.StartAsync();

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", TestIssuer.Admin) } };
        await ActiveReaderAsync(http, command, query);
        await LoopAsync(http, command, query, pace.WarmUp);
        var ticks = await LoopAsync(http, command, query, pace.Measured);
        var figures = Figures.Of(ticks, pace.Measured, 0);
        Table.Row("until the view shows it", figures);
        Table.Fact("", $"aim p99 {Aim.TotalMilliseconds} ms: {(figures.P99 <= Aim ? "reached" : "missed")}");
        Table.Fact("memory: sidecars, command, query", $"{sidecar.ResidentMegabytes}, {first.ResidentMegabytes}, {second.ResidentMegabytes} MB");
    }

    private static async Task<List<long>> LoopAsync(HttpClient http, Service command, Service query, TimeSpan duration)
    {
        var ticks = new List<long>();
        for (var until = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency); Stopwatch.GetTimestamp() < until;)
        {
            using var changed = await http.PatchAsJsonAsync(command.At($"/readers/{Reader}"), new { name = $"Name {Random.Shared.Next()}" });
            var version = (await changed.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("version").GetInt64();
            var started = Stopwatch.GetTimestamp();
            using var shown = await http.GetAsync(query.At($"/readers/{Reader}?minVersion={version}"));
            ticks.Add(Stopwatch.GetTimestamp() - started);
            shown.EnsureSuccessStatusCode();
        }

        return ticks;
    }

    private static async Task ActiveReaderAsync(HttpClient http, Service command, Service query)
    {
        await PublishAsync(http, command, "readers.create-reader", new { sagaId = Saga, step = "create", attempt = 1, replyTo = "bench.replies", readerId = Reader, name = "Ada", email = "ada@example.org" });
        await UntilAsync(http, query, 1);
        await PublishAsync(http, command, "readers.confirm-reader", new { sagaId = Saga, step = "confirm", attempt = 1, replyTo = "bench.replies", readerId = Reader });
        await UntilAsync(http, query, 2);
    }

    private static async Task PublishAsync(HttpClient http, Service command, string topic, object message)
    {
        using var published = await http.PostAsJsonAsync(new Uri($"http://127.0.0.1:{command.Http}/v1.0/publish/pubsub/{topic}"), message);
        published.EnsureSuccessStatusCode();
    }

    private static async Task UntilAsync(HttpClient http, Service query, long version)
    {
        for (var tries = 0; ; tries++)
        {
            using var shown = await http.GetAsync(query.At($"/readers/{Reader}?minVersion={version}"));
            if (shown.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            if (tries == 30)
            {
                throw new InvalidOperationException($"The view did not show version {version}: {shown.StatusCode} {await shown.Content.ReadAsStringAsync()}");
            }

            await Task.Delay(500);
        }
    }

    private static (string Name, string Type, string Version, string Metadata) Sqlite(Sidecars sidecars, string name, string kind) =>
        (name, $"{kind}.sqlite", "v1", Sidecars.Value("connectionString", Path.Combine(sidecars.Home, $"view-{name}.db")));

    private sealed record Service(string AppId, string Project, int Port, int Http, int Grpc, string[] Flags)
    {
        public static Service New(string appId, string project, string resources)
        {
            var (port, http, grpc) = (Sidecars.FreePort(), Sidecars.FreePort(), Sidecars.FreePort());
            return new Service(appId, project, port, http, grpc, [.. Sidecars.Flags(appId, http, port, resources), "--dapr-grpc-port", $"{grpc}"]);
        }

        public Uri At(string path) => new($"http://127.0.0.1:{Port}{path}");

        public Task<Child> StartAsync() => Child.StartAsync(
            Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, $"../../{Project}/release/Library.{Project}")),
            ["--urls", $"http://127.0.0.1:{Port}", "--DAPR_HTTP_PORT", $"{Http}", "--DAPR_GRPC_PORT", $"{Grpc}", $"--{TestIssuer.Setting.Name}", TestIssuer.Setting.Value], At("/healthz"));
    }
}
