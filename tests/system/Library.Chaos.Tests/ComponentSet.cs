using Npgsql;
using Servers;

namespace Library.Chaos.Tests;

/// <summary>One of the sets in components/, with servers of its own behind it.</summary>
internal sealed class ComponentSet(string name) : IAsyncDisposable
{
    public const string Embedded = "embedded";

    public string Name => name;

    public PostgresServer? Postgres { get; private set; }

    public RabbitServer? Rabbit { get; private set; }

    public RedisServer? Redis { get; private set; }

    /// <summary>Why it cannot be started here, or null.</summary>
    public static string? Missing(string name) =>
        name == Embedded ? null
        : !PostgresServer.IsInstalled ? "PostgreSQL is not installed"
        : RabbitServer.Missing is { } reason ? reason
        : name.Contains("redis", StringComparison.Ordinal) && !RedisServer.IsInstalled ? "Redis is not installed"
        : null;

    /// <summary>Where ./run is told that the servers are.</summary>
    public IReadOnlyDictionary<string, string> Variables
    {
        get
        {
            var variables = new Dictionary<string, string>(StringComparer.Ordinal);
            if (Postgres is not null)
            {
                variables["LIBRARY_POSTGRES_HOST"] = "127.0.0.1";
                variables["LIBRARY_POSTGRES_PORT"] = $"{Postgres.Port}";
                variables["LIBRARY_POSTGRES_ADMIN"] = Postgres.Admin;
            }

            if (Rabbit is not null)
            {
                variables["LIBRARY_RABBITMQ"] = Rabbit.Uri;
            }

            if (Redis is not null)
            {
                variables["LIBRARY_REDIS_HOST"] = Redis.Host;
            }

            return variables;
        }
    }

    public IEnumerable<Victim> Victims
    {
        get
        {
            if (Postgres is { } postgres)
            {
                yield return new Victim("PostgreSQL", _ => postgres.RestartAsync(), cancellation => EndConnectionsAsync(postgres, cancellation));
            }

            if (Rabbit is { } rabbit)
            {
                yield return new Victim("RabbitMQ", rabbit.RestartAsync, async cancellation =>
                {
                    await rabbit.ControlAsync(cancellation, "stop_app");
                    await rabbit.ControlAsync(cancellation, "start_app");
                });
            }

            if (Redis is { } redis)
            {
                yield return new Victim("Redis", _ => redis.RestartAsync(), _ => redis.RestartAsync());
            }
        }
    }

    public async Task StartAsync(CancellationToken cancellation)
    {
        if (name == Embedded)
        {
            return;
        }

        Postgres = new PostgresServer();
        await Postgres.StartAsync();
        Rabbit = await RabbitServer.StartAsync(cancellation);
        if (name.Contains("redis", StringComparison.Ordinal))
        {
            Redis = new RedisServer();
            await Redis.StartAsync();
        }
    }

    /// <summary>Nobody gets into it any more, and who is in it is put out.</summary>
    public Task CloseAsync(string database, CancellationToken cancellation) =>
        RunAsync(Postgres!, cancellation, $"ALTER DATABASE {database} ALLOW_CONNECTIONS false", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");

    public Task OpenAsync(string database, CancellationToken cancellation) => RunAsync(Postgres!, cancellation, $"ALTER DATABASE {database} ALLOW_CONNECTIONS true");

    public async ValueTask DisposeAsync()
    {
        await (Redis?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Rabbit?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static Task EndConnectionsAsync(PostgresServer postgres, CancellationToken cancellation) =>
        RunAsync(postgres, cancellation, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'reader%'");

    private static async Task RunAsync(PostgresServer postgres, CancellationToken cancellation, params string[] statements)
    {
        await using var source = NpgsqlDataSource.Create($"{postgres.Admin.Replace("user=", "username=", StringComparison.Ordinal).Replace(' ', ';')};Pooling=false");
        foreach (var sql in statements)
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
