using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Library.Defaults.Hosting;
using Library.Defaults.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Servers;

namespace Bench;

/// <summary>What a fact costs: a document saved with its entry in the outbox, until the answer, beside the same document saved alone.</summary>
public static class OutboxSection
{
    private const double SqliteAim = 1.6;
    private const double PostgresAim = 2;

    public static async Task RunAsync(Sidecars sidecars, Pace pace)
    {
        Table.Title("Save with a fact in the outbox, against the same save without");
        await StoreAsync(sidecars, pace, "SQLite", "state.sqlite", "v1", Sidecars.Value("connectionString", Path.Combine(sidecars.Home, "outbox-state.db")), SqliteAim);
        if (!PostgresServer.IsInstalled)
        {
            Console.WriteLine("PostgreSQL is not installed here");
            return;
        }

        await using var server = new PostgresServer();
        await server.StartAsync();
        var connection = Sidecars.Value("connectionString", $"host=127.0.0.1 user=dapr password=dapr port={server.Port} database=dapr");
        await StoreAsync(sidecars, pace, "PostgreSQL", "state.postgresql", "v2", connection, PostgresAim);
    }

    private static async Task StoreAsync(Sidecars sidecars, Pace pace, string name, string type, string version, string metadata, double aim)
    {
        var (http, grpc) = (Sidecars.FreePort(), Sidecars.FreePort());
        var resources = sidecars.Resources(
            $"outbox-{name}", ("bench-store", type, version, metadata),
            ("pubsub", "pubsub.sqlite", "v1", Sidecars.Value("connectionString", Path.Combine(sidecars.Home, $"outbox-{name}.db"))));
        string[] flags = [.. Sidecars.Flags("bench", http, null, resources), "--dapr-grpc-port", grpc.ToString(CultureInfo.InvariantCulture)];
        await using var sidecar = await Child.StartAsync(Sidecars.Program, flags, Sidecars.Ready(http));
        await using var app = await ServiceAsync(http, grpc);
        var (store, notes) = (app.Services.GetRequiredService<CommandStore>(), app.Services.GetRequiredService<Documents<BenchNote>>());

        var made = 0;
        BenchNote Next() => BenchNote.New($"n{Interlocked.Increment(ref made)}");
        Task SaveAsync()
        {
            var note = Next();
            return store.Create(BenchNote.Schema.KeyOf(note.Id), BenchNote.Schema.Write(note), CancellationToken.None);
        }

        async Task SaveWithFactAsync()
        {
            var note = Next();
            using var scope = app.Services.CreateScope();
            var change = new Change().Save(notes, new Stored<BenchNote>(BenchNote.Schema.KeyOf(note.Id), null, ""), note, note.AsWritten());
            await scope.ServiceProvider.GetRequiredService<Commit>().Run(change, new Answer(note.Id, 1), CancellationToken.None);
        }

        var plain = await pace.CallsAsync((_, _) => SaveAsync());
        Table.Row($"{name}: save", plain);
        Table.Row($"{name}: save with a fact", await pace.CallsAsync((_, _) => SaveWithFactAsync()), plain);
        foreach (var callers in new[] { 1, Pace.Connections })
        {
            var (alone, withFact) = await InTurnAsync(callers, SaveAsync, SaveWithFactAsync, pace);
            var ratio = withFact.P50 / alone.P50;
            Table.Fact(
                $"{name}, {callers} at once, in turn: to the answer",
                $"{alone.P50.TotalMilliseconds:0.000} and {withFact.P50.TotalMilliseconds:0.000} ms at p50: {ratio:0.00} x; aim {aim:0.0}: {(ratio <= aim ? "reached" : "missed")}");
        }
    }

    /// <summary>One call of each after the other, so that whatever else the machine does strikes both alike.</summary>
    private static async Task<(Figures One, Figures Other)> InTurnAsync(int callers, Func<Task> one, Func<Task> other, Pace pace)
    {
        var (ones, others) = (new ConcurrentBag<long>(), new ConcurrentBag<long>());
        var until = Stopwatch.GetTimestamp() + (long)(pace.Measured.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetTimestamp() < until)
            {
                ones.Add(await TimeAsync(one));
                others.Add(await TimeAsync(other));
            }
        })));
        return (Figures.Of([.. ones], pace.Measured, 0), Figures.Of([.. others], pace.Measured, 0));
    }

    private static async Task<long> TimeAsync(Func<Task> call)
    {
        var started = Stopwatch.GetTimestamp();
        await call();
        return Stopwatch.GetTimestamp() - started;
    }

    private static async Task<WebApplication> ServiceAsync(int http, int grpc)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["DAPR_HTTP_PORT"] = $"{http}", ["DAPR_GRPC_PORT"] = $"{grpc}" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Sidecars.FreePort()}");
        builder.AddLibraryDefaults("bench").AddWriting().Keeps(BenchNote.Schema, (BenchNote note) => note.AsWritten());
        var app = builder.Build();
        app.MapLibraryDefaults();
        await app.StartAsync();
        return app;
    }
}
