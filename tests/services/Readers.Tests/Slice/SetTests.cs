using Servers;

namespace Readers.Tests.Slice;

public sealed class EmbeddedSlice() : ReaderSlice("embedded")
{
    protected override Task<IReadOnlyList<IAsyncDisposable>> StartServers(Dictionary<string, string> secrets) => Task.FromResult<IReadOnlyList<IAsyncDisposable>>([]);
}

public sealed class PostgresSlice() : ReaderSlice("postgres")
{
    public override string? Missing => MissingPostgres ?? RabbitServer.Missing;

    protected override async Task<IReadOnlyList<IAsyncDisposable>> StartServers(Dictionary<string, string> secrets) =>
        [await StartPostgres(secrets), await StartRabbit(secrets)];
}

public sealed class PostgresRedisSlice() : ReaderSlice("postgres-redis")
{
    public override string? Missing => MissingPostgres ?? RabbitServer.Missing ?? (RedisServer.IsInstalled ? null : "Redis is not installed (apt-get install redis-server)");

    protected override async Task<IReadOnlyList<IAsyncDisposable>> StartServers(Dictionary<string, string> secrets)
    {
        var redis = new RedisServer();
        await redis.StartAsync();
        secrets["redis-host"] = redis.Host;
        return [await StartPostgres(secrets), await StartRabbit(secrets), redis];
    }
}

public sealed class EmbeddedTests(EmbeddedSlice readers) : ReaderSliceTests(readers), IClassFixture<EmbeddedSlice>;

public sealed class PostgresTests(PostgresSlice readers) : ReaderSliceTests(readers), IClassFixture<PostgresSlice>;

public sealed class PostgresRedisTests(PostgresRedisSlice readers) : ReaderSliceTests(readers), IClassFixture<PostgresRedisSlice>;
