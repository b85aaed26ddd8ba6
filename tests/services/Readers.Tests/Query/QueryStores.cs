using Servers;
using Sidecar.Testing;

namespace Readers.Tests.Query;

/// <summary>Stores that views may live in, each with a server of its own where it needs one.</summary>
internal sealed class QueryStores : IAsyncDisposable
{
    private IAsyncDisposable? _server;

    public Action<TestSidecarOptions> Components { get; private set; } = options => options.SqliteState(QuerySide.Store);

    public static async Task<QueryStores> Start(string kind)
    {
        var stores = new QueryStores();
        switch (kind)
        {
            case "Redis":
                Assert.SkipUnless(RedisServer.IsInstalled, "Redis is not installed (apt-get install redis-server)");
                var redis = new RedisServer();
                stores._server = redis;
                await redis.StartAsync();
                stores.Components = options => options.Resource(Component("state.redis", "v1", ("redisHost", redis.Host)));
                break;
            case "PostgreSQL":
                Assert.SkipUnless(PostgresServer.IsInstalled, "PostgreSQL is not installed (apt-get install postgresql)");
                var postgres = new PostgresServer();
                stores._server = postgres;
                await postgres.StartAsync();
                stores.Components = options => options.Resource(Component(
                    "state.postgresql", "v2", ("connectionString", $"host=127.0.0.1 port={postgres.Port} user=dapr password=dapr dbname=dapr sslmode=disable")));
                break;
        }

        return stores;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string Component(string type, string version, params (string Name, string Value)[] metadata) => $"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata:
          name: {QuerySide.Store}
        spec:
          type: {type}
          version: {version}
          metadata:
        {string.Join('\n', metadata.Select(one => $"  - name: {one.Name}\n    value: {one.Value}"))}
        """;
}
