using System.Globalization;
using System.Reflection;
using Servers;

namespace Bench;

/// <summary>
/// Workflows of five steps, with a worker of our SDK and with one of the JavaScript SDK, beside five durable writes by hand. Sidecar, worker and
/// load are three processes that share the machine.
/// </summary>
public static class WorkflowSection
{
    private const int Waiting = 10_000;
    private const int StepsByHand = 5;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);
    private static readonly int[] InFlight = [1, 20, 100, 1_000];
    private static readonly string JavaScript = Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "../../../../tests/sidecar/javascript"));

    public static async Task RunAsync(Sidecars sidecars, Pace pace, int finished)
    {
        await StoreAsync(sidecars, pace, ("wf-memory", "state.in-memory", "v1", ""), null, 0, finished);
        using (var direct = new DirectSqlite(Path.Combine(sidecars.Home, "wf-direct.db"), 1))
        using (var turn = new SemaphoreSlim(1))
        {
            // SQLite has one writer at a time; connections that fight for it would make a poor program to compare with.
            var byHand = await ByHandAsync("SQLite", pace, async (caller, number) =>
            {
                await turn.WaitAsync();
                await direct.SaveAsync(0, caller + number);
                turn.Release();
            });
            await StoreAsync(sidecars, pace, ("wf-sqlite", "state.sqlite", "v1", "," + Sidecars.Value("connectionString", Path.Combine(sidecars.Home, "wf.db"))), byHand, 500, finished);
        }

        if (!PostgresServer.IsInstalled)
        {
            Console.WriteLine("\nPostgreSQL is not installed here");
            return;
        }

        await using var server = new PostgresServer();
        await server.StartAsync();
        await using var postgres = new DirectPostgres($"Host=127.0.0.1;Port={server.Port};Username=dapr;Password=dapr;Database=dapr");
        await postgres.CreateAsync();
        var writes = await ByHandAsync("PostgreSQL", pace, postgres.SaveAsync);
        var connection = "," + Sidecars.Value("connectionString", $"host=127.0.0.1 user=dapr password=dapr port={server.Port} database=dapr");
        await StoreAsync(sidecars, pace, ("wf-postgres", "state.postgresql", "v2", connection), writes, 0, finished);
    }

    /// <summary>What five steps would cost a program that writes each down itself.</summary>
    private static async Task<Figures> ByHandAsync(string store, Pace pace, Func<int, int, Task> save)
    {
        Table.Title($"{store}: workflows of five steps");
        var figures = await pace.CallsAsync(async (caller, number) =>
        {
            for (var step = 0; step < StepsByHand; step++)
            {
                await save(caller, number);
            }
        });
        Table.Row($"five durable writes by hand, {Pace.Connections} at once", figures);
        return figures;
    }

    private static async Task StoreAsync(Sidecars sidecars, Pace pace, (string Name, string Type, string Version, string Metadata) store, Figures? byHand, double aim, int finished)
    {
        if (byHand is null)
        {
            Table.Title("In memory: workflows of five steps");
        }

        var resources = sidecars.Resources(store.Name, store with { Metadata = Sidecars.Value("actorStateStore", "true") + store.Metadata });
        await LoadedAsync(resources, pace, byHand, aim, finished);
        await WaitingAsync(resources);
    }

    private static async Task LoadedAsync(string resources, Pace pace, Figures? byHand, double aim, int finished)
    {
        var (sidecar, grpc) = await StartAsync(resources);
        await using var ending = sidecar;
        await using var load = new WorkflowLoad(grpc);
        await using (var worker = await WorkerAsync(Environment.ProcessPath!, ["--workflow-worker"], grpc))
        {
            await load.FinishAsync(200, 20);
            Figures? atStart = null;
            foreach (var inFlight in InFlight)
            {
                var figures = await MeasureAsync("our SDK", pace, load, inFlight, sidecar, worker, byHand, aim);
                atStart = inFlight == 100 ? figures : atStart;
            }

            Table.Fact("sidecar's memory after it", $"{sidecar.ResidentMegabytes} MB");
            if (finished > 0)
            {
                await load.FinishAsync(finished, 100);
                var later = await load.RunAsync(100, pace.WarmUp, pace.Measured);
                Table.Row($"our SDK, 100 in flight, {finished:N0} finished", later, atStart);
                Table.Fact("sidecar's memory after it", $"{sidecar.ResidentMegabytes} MB");
            }
        }

        await JavaScriptAsync(pace, load, grpc, sidecar, byHand, aim / 2);
    }

    private static async Task JavaScriptAsync(Pace pace, WorkflowLoad load, int grpc, Child sidecar, Figures? byHand, double aim)
    {
        if (!Directory.Exists(Path.Combine(JavaScript, "node_modules")))
        {
            Table.Fact("the JavaScript SDK", "not installed (npm ci in tests/sidecar/javascript)");
            return;
        }

        await using var worker = await WorkerAsync("node", [Path.Combine(JavaScript, "five-steps.mjs")], grpc);
        await load.FinishAsync(200, 20);
        foreach (var inFlight in InFlight)
        {
            await MeasureAsync("JavaScript SDK", pace, load, inFlight, sidecar, worker, byHand, aim);
        }
    }

    private static async Task<Figures> MeasureAsync(string name, Pace pace, WorkflowLoad load, int inFlight, Child sidecar, Child worker, Figures? byHand, double aim)
    {
        var (sidecarBefore, workerBefore) = (sidecar.Burned, worker.Burned);
        var figures = await load.RunAsync(inFlight, pace.WarmUp, pace.Measured);
        var ended = Math.Max(1, figures.PerSecond * (pace.WarmUp + pace.Measured).TotalSeconds);
        Table.Row($"{name}, {inFlight} in flight", figures, byHand, inFlight == 100 ? aim : 0);
        Table.Fact("  CPU for one", $"sidecar {(sidecar.Burned - sidecarBefore).TotalMilliseconds / ended:0.00} ms, worker {(worker.Burned - workerBefore).TotalMilliseconds / ended:0.00} ms");
        return figures;
    }

    /// <summary>A sidecar that has just come, as after a deployment.</summary>
    private static async Task WaitingAsync(string resources)
    {
        var (sidecar, grpc) = await StartAsync(resources);
        await using var ending = sidecar;
        await using var load = new WorkflowLoad(grpc);
        await using var worker = await WorkerAsync(Environment.ProcessPath!, ["--workflow-worker"], grpc);
        await load.WaitAsync(Waiting);

        // A burst leaves work behind: methods to compile again, memory to give back.
        await Task.Delay(Rest);
        var share = await sidecar.IdleShareAsync(TimeSpan.FromSeconds(10));
        Table.Fact($"sidecar with {Waiting:N0} waiting instances", $"{sidecar.ResidentMegabytes} MB (aim < 150), idle {share:0.00 %} of a core (aim < 1 %)");
    }

    private static async Task<(Child Sidecar, int Grpc)> StartAsync(string resources)
    {
        var http = Sidecars.FreePort();
        var flags = Sidecars.Flags("bench-workflows", http, null, resources);
        var grpc = int.Parse(flags[Array.IndexOf(flags, "--dapr-grpc-port") + 1], CultureInfo.InvariantCulture);
        return (await Child.StartAsync(Sidecars.Program, flags, Sidecars.Ready(http)), grpc);
    }

    private static Task<Child> WorkerAsync(string program, string[] arguments, int grpc)
    {
        var ready = Sidecars.FreePort();
        return Child.StartAsync(program, [.. arguments, $"{ready}", $"{grpc}"], new Uri($"http://127.0.0.1:{ready}/"));
    }
}
