using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Servers;
using Sidecar.Components;
using Sidecar.State;
using Sidecar.State.PostgreSql;
using Sidecar.State.Redis;
using Sidecar.State.Sqlite;

namespace Workflow.Tests.Hub;

/// <summary>Stores that outlive a process. Each call of what <see cref="Fresh"/> answers opens the same one once more, as another sidecar would; whoever opens it disposes it.</summary>
public sealed class HubStores : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-").FullName;
    private readonly Lazy<Task<PostgresServer>> postgres = new(async () =>
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, "PostgreSQL is not installed");
        var server = new PostgresServer();
        await server.StartAsync();
        return server;
    });

    private readonly Lazy<Task<RedisServer>> redis = new(async () =>
    {
        Assert.SkipUnless(RedisServer.IsInstalled, "Redis is not installed");
        var server = new RedisServer();
        await server.StartAsync();
        return server;
    });

    private int names;
    private int databases;

    /// <summary>An empty store of a kind: sqlite, redis, postgres v1 or postgres v2.</summary>
    internal async Task<Func<Task<IStateStore>>> Fresh(string kind)
    {
        var name = $"store{Interlocked.Increment(ref names)}";
        if (kind == "sqlite")
        {
            return () => OpenAsync(new SqliteStateStore(Spec("state.sqlite", "v1", Path.Combine(folder, name)), TimeProvider.System, NullLogger.Instance));
        }

        if (kind == "redis")
        {
            var settings = new ComponentMetadata(new Dictionary<string, string> { ["redisHost"] = (await redis.Value).Host, ["redisDB"] = $"{Interlocked.Increment(ref databases)}" });
            return () => OpenAsync(new RedisStateStore(settings, TimeProvider.System, NullLogger.Instance));
        }

        var server = await postgres.Value;
        await using var source = NpgsqlDataSource.Create(server.ConnectionString());
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var connection = $"host=127.0.0.1 user=dapr password=dapr port={server.Port} database={name} sslmode=disable";
        return () => OpenAsync(new PostgresStateStore(Spec("state.postgresql", kind.Split(' ')[1], connection), TimeProvider.System, NullLogger.Instance));
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        if (postgres.IsValueCreated)
        {
            await (await postgres.Value).DisposeAsync();
        }

        if (redis.IsValueCreated)
        {
            await (await redis.Value).DisposeAsync();
        }
    }

    private static ComponentSpec Spec(string type, string version, string connection) =>
        new("store", type, version, new ComponentMetadata(new Dictionary<string, string> { ["connectionString"] = connection }));

    private static async Task<IStateStore> OpenAsync(IStateStore store)
    {
        await store.InitAsync(TestContext.Current.CancellationToken);
        return store;
    }
}
