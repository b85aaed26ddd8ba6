using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Servers;

namespace Chaos.Tests;

public sealed class WorkflowTests : IDisposable
{
    private const int Count = 500;
    private const int Kills = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly Ground ground = new();
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public WorkflowTests() => limit.CancelAfter(Limit);

    public void Dispose()
    {
        limit.Dispose();
        client.Dispose();
        ground.Dispose();
    }

    [Fact]
    public async Task All_end_as_they_would_though_sidecar_and_worker_are_killed_again_and_again()
    {
        ground.Component("store", "state.sqlite", "v1", ("connectionString", Path.Combine(ground.Folder, "state.db")), ("actorStateStore", "true"));
        await RunAsync(sidecars: 1);
    }

    [Fact]
    public async Task So_they_do_with_two_sidecars_on_one_database()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, "PostgreSQL is not installed");
        await using var postgres = new PostgresServer();
        await postgres.StartAsync();
        ground.Component(
            "store", "state.postgresql", "v2", ("connectionString", $"host=127.0.0.1 user=dapr password=dapr port={postgres.Port} database=dapr"), ("actorStateStore", "true"));
        await RunAsync(sidecars: 2);
    }

    private async Task RunAsync(int sidecars)
    {
        var processes = new List<Supervised>();
        var ports = new List<int>();
        for (var i = 0; i < sidecars; i++)
        {
            var (http, grpc) = (Ports.Free(), Ports.Free());
            ports.Add(http);
            processes.Add(new Supervised($"sidecar {i}", Ground.Sidecar, ground.Flags("traveller", http, grpc: grpc), ground.Folder));
            processes.Add(new Supervised($"worker {i}", Environment.ProcessPath!, [WorkerApp.Word, $"{grpc}", ground.Folder], ground.Folder));
        }

        var strikes = new Strikes([.. processes.Select(process => process.AsVictimOfKills())], Kills / processes.Count, Patience);
        var started = TimeProvider.System.GetTimestamp();
        Console.WriteLine($"chaos: {Count} workflows, CHAOS_SEED={strikes.Seed}");
        try
        {
            await Task.WhenAll(TravelAsync(ports), strikes.RunAsync(() => WorkerApp.Steps(ground.Folder).Count / Trip.Steps, Count, limit.Token));
            var done = WorkerApp.Steps(ground.Folder);
            Assert.Empty(Enumerable.Range(0, Count * Trip.Steps).Except(done));
            Assert.All(processes, process => Assert.Empty(process.Crashes));
            var starts = string.Join(", ", processes.Select(process => $"{process.Name} started {process.Starts} times"));
            Console.WriteLine($"chaos: all arrived after {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s, {done.Count - (Count * Trip.Steps)} steps done again, {starts}; {strikes}");
        }
        catch (Exception problem)
        {
            Assert.Fail($"CHAOS_SEED={strikes.Seed}; {strikes}\n{problem}\n{string.Concat(processes.Select(process => process.LastWords))}");
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }
    }

    private async Task TravelAsync(IReadOnlyList<int> ports)
    {
        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = limit.Token }, async (number, cancellation) =>
        {
            await InsistAsync(ports, number, HttpMethod.Post, $"Trip/start?instanceID={Id(number)}", number, cancellation);
            if (Trip.Waits(number))
            {
                await InsistAsync(ports, number, HttpMethod.Post, $"{Id(number)}/raiseEvent/{Trip.Word}", number, cancellation);
            }
        });
        for (var number = 0; number < Count; number++)
        {
            await ArrivedAsync(ports, number);
        }
    }

    private async Task ArrivedAsync(IReadOnlyList<int> ports, int number)
    {
        while (true)
        {
            var state = await InsistAsync(ports, number, HttpMethod.Get, Id(number), null, limit.Token);
            if (state.GetProperty("runtimeStatus").GetString() is not ("RUNNING" or "PENDING"))
            {
                Assert.Equal(("COMPLETED", $"{Trip.Outcome(number)}"), (state.GetProperty("runtimeStatus").GetString(), state.GetProperty("properties").GetProperty("dapr.workflow.output").GetString()));
                return;
            }

            await Task.Delay(Pause, limit.Token);
        }
    }

    /// <summary>Asks until a sidecar says yes. A start whose answer was lost is found by its id.</summary>
    private async Task<JsonElement> InsistAsync(IReadOnlyList<int> ports, int number, HttpMethod method, string path, int? body, CancellationToken cancellation)
    {
        for (var attempt = number; ; attempt++)
        {
            try
            {
                using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{ports[attempt % ports.Count]}/v1.0/workflows/dapr/{path}") { Content = body is { } value ? JsonContent.Create(value) : null };
                using var answer = await client.SendAsync(request, cancellation);
                var text = await answer.Content.ReadAsStringAsync(cancellation);
                if (answer.IsSuccessStatusCode || text.Contains("already exists", StringComparison.Ordinal))
                {
                    return text.Length == 0 ? default : JsonElement.Parse(text);
                }

                Assert.False(answer.StatusCode == HttpStatusCode.NotFound, $"what was accepted is gone: {path}");
            }
            catch (Exception problem) when (problem is HttpRequestException || (problem is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    private static string Id(int number) => $"trip-{number}";
}
