using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Servers;
using Sidecar.Components;
using Sidecar.State.PostgreSql;

[assembly: AssemblyFixture(typeof(Sidecar.Tests.State.PostgreSql.PostgresFixture))]

namespace Sidecar.Tests.State.PostgreSql;

/// <summary>One PostgreSQL for all tests that do it no harm, started by the first that asks.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresServer>> shared = new(StartAsync);

    public static async Task<PostgresServer> StartAsync()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, "PostgreSQL is not installed");
        var server = new PostgresServer();
        await server.StartAsync();
        return server;
    }

    /// <summary>A database of the test's own.</summary>
    internal async Task<PostgresDatabase> CreateDatabaseAsync()
    {
        var server = await shared.Value;
        var name = $"test_{Guid.NewGuid():N}";
        var administration = new PostgresDatabase(server, "dapr");
        await administration.ExecuteAsync($"CREATE DATABASE {name}");
        return new PostgresDatabase(server, name);
    }

    internal async Task<PostgresDatabase> DatabaseAsync() => new(await shared.Value, "dapr");

    public async ValueTask DisposeAsync()
    {
        if (shared.IsValueCreated)
        {
            await (await shared.Value).DisposeAsync();
        }
    }
}

/// <summary>A database, the stores on it, and a look into it past the stores.</summary>
internal sealed record PostgresDatabase(PostgresServer Server, string Name)
{
    /// <summary>As the component's YAML has it.</summary>
    public string ComponentString => $"host=127.0.0.1 user=dapr password=dapr port={Server.Port} database={Name} sslmode=disable";

    public PostgresStateStore Store(string version, params (string Name, string Value)[] settings) => Store(version, TimeProvider.System, NullLogger.Instance, settings);

    public PostgresStateStore Store(string version, TimeProvider time, ILogger logger, params (string Name, string Value)[] settings)
    {
        var all = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        all.TryAdd("connectionString", ComponentString);
        return new PostgresStateStore(new ComponentSpec("store", "state.postgresql", version, new ComponentMetadata(all)), time, logger);
    }

    public async Task<PostgresStateStore> OpenAsync(string version, params (string Name, string Value)[] settings)
    {
        var store = Store(version, settings);
        await store.InitAsync(TestContext.Current.CancellationToken);
        return store;
    }

    public async Task ExecuteAsync(string sql, params object[] arguments) => await RowsAsync(sql, arguments);

    /// <summary>All rows, each column as text, NULL as "-".</summary>
    public async Task<List<string>> RowsAsync(string sql, params object[] arguments)
    {
        await using var connection = new NpgsqlConnection(Server.ConnectionString(Name));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        }

        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? "-" : $"{reader.GetValue(column)}")));
        }

        return rows;
    }
}
