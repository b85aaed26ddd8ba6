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
        var plain = await pace.CallsAsync((_, _) =>
        {
            var note = BenchNote.New($"n{Interlocked.Increment(ref made)}");
            return store.Create(BenchNote.Schema.KeyOf(note.Id), BenchNote.Schema.Write(note), CancellationToken.None);
        });
        Table.Row($"{name}: save", plain);
        var withFact = await pace.CallsAsync(async (_, _) =>
        {
            var note = BenchNote.New($"n{Interlocked.Increment(ref made)}");
            using var scope = app.Services.CreateScope();
            var change = new Change().Save(notes, new Stored<BenchNote>(BenchNote.Schema.KeyOf(note.Id), null, ""), note, note.AsWritten());
            await scope.ServiceProvider.GetRequiredService<Commit>().Run(change, new Answer(note.Id, 1), CancellationToken.None);
        });
        Table.Row($"{name}: save with a fact", withFact, plain);
        var ratio = withFact.P50 / plain.P50;
        Table.Fact($"{name}: a fact makes a save cost", $"{ratio:0.00} x at p50, {plain.PerSecond / withFact.PerSecond:0.00} x in throughput; aim {aim:0.0}: {(ratio <= aim ? "reached" : "missed")}");
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
