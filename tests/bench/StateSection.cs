using Servers;

namespace Bench;

/// <summary>Get, save and a transaction of two keys through the sidecar, beside the store itself.</summary>
public static class StateSection
{
    private const string Item = "{\"a\":1,\"b\":\"two\"}";

    public static async Task RunAsync(Sidecars sidecars, Pace pace)
    {
        Table.Title("A bare Kestrel endpoint");
        var bare = Sidecars.FreePort();
        await using var endpoint = await Child.StartAsync(Environment.ProcessPath!, ["--bare", bare.ToString()], new Uri($"http://127.0.0.1:{bare}/x"));
        var kestrel = pace.Http(bare, _ => HttpLoad.Request("GET", "/x"), 200);
        Table.Row("GET", kestrel);

        Table.Title("state.in-memory, against the bare endpoint");
        await StoreAsync(sidecars, pace, ("memory", "state.in-memory", "v1", ""), kestrel, kestrel, getAim: 40_000, saveAim: 0);

        Table.Title("state.sqlite (WAL, synchronous=FULL), against SQLite itself");
        using (var direct = new DirectSqlite(Path.Combine(sidecars.Home, "direct.db"), Pace.Connections))
        {
            var save = await pace.CallsAsync(direct.SaveAsync);
            Table.Row("SQLite itself: save", save);
            var get = await pace.CallsAsync(direct.GetAsync);
            Table.Row("SQLite itself: get", get);
            await StoreAsync(sidecars, pace, ("sqlite", "state.sqlite", "v1", Sidecars.Value("connectionString", Path.Combine(sidecars.Home, "state.db"))), get, save, 0, 10_000);
        }

        await PostgresAsync(sidecars, pace);
        if (RedisServer.IsInstalled)
        {
            Table.Title("state.redis");
            await using var redis = new RedisServer();
            await redis.StartAsync();
            await StoreAsync(sidecars, pace, ("redis", "state.redis", "v1", Sidecars.Value("redisHost", $"127.0.0.1:{redis.Port}")), null, null, 0, 0);
        }
    }

    private static async Task PostgresAsync(Sidecars sidecars, Pace pace)
    {
        if (!PostgresServer.IsInstalled)
        {
            Console.WriteLine("\nPostgreSQL is not installed here");
            return;
        }

        await using var server = new PostgresServer();
        await server.StartAsync();
        await using var direct = new DirectPostgres($"Host=127.0.0.1;Port={server.Port};Username=dapr;Password=dapr;Database=dapr");
        await direct.CreateAsync();
        Table.Title($"state.postgresql ({await direct.DurabilityAsync()}), against PostgreSQL itself");
        var save = await pace.CallsAsync(direct.SaveAsync);
        Table.Row("PostgreSQL itself: save", save);
        var get = await pace.CallsAsync(direct.GetAsync);
        Table.Row("PostgreSQL itself: get", get);
        var connection = Sidecars.Value("connectionString", $"host=127.0.0.1 user=dapr password=dapr port={server.Port} database=dapr");
        await StoreAsync(sidecars, pace, ("postgres2", "state.postgresql", "v2", connection + "," + Sidecars.Value("tablePrefix", "v2_")), get, save, 0, 7_500);
        await StoreAsync(sidecars, pace, ("postgres1", "state.postgresql", "v1", connection), get, save, 0, 7_500);
    }

    private static async Task StoreAsync(
        Sidecars sidecars, Pace pace, (string Name, string Type, string Version, string Metadata) store, Figures? get, Figures? save, double getAim, double saveAim)
    {
        var http = Sidecars.FreePort();
        await using var sidecar = await Child.StartAsync(Sidecars.Program, Sidecars.Flags("bench", http, null, sidecars.Resources(store.Name, store)), Sidecars.Ready(http));
        var path = $"/v1.0/state/{store.Name}";
        Table.Row($"{store.Name}: save", pace.Http(http, n => HttpLoad.Request("POST", path, $"[{Upsert(n)}]", "Content-Type: application/json\r\n"), 204), save, saveAim);
        Table.Row($"{store.Name}: get", pace.Http(http, n => HttpLoad.Request("GET", $"{path}/k{n % 1000}"), 200), get, getAim);
        Table.Row($"{store.Name}: transaction of two", pace.Http(http, n => HttpLoad.Request("POST", $"{path}/transaction", Transaction(n), "Content-Type: application/json\r\n"), 204), save);
        Table.Fact($"{store.Name}: memory after it", $"{sidecar.ResidentMegabytes} MB");
    }

    private static string Upsert(int n) => $"{{\"key\":\"k{n % 1000}\",\"value\":{Item}}}";

    private static string Transaction(int n) =>
        $"{{\"operations\":[{{\"operation\":\"upsert\",\"request\":{Upsert(n)}}},{{\"operation\":\"upsert\",\"request\":{Upsert(n + 500)}}}]}}";
}
