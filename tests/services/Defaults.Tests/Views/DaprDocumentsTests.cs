using Dapr.Client;
using Library.Defaults.Refusals;
using Library.Defaults.ViewStores;
using Microsoft.Extensions.DependencyInjection;
using Servers;
using Sidecar.Testing;

namespace Defaults.Tests.Views;

/// <summary>What lists and projections build on holds on every kind of store that views may live in.</summary>
public sealed class DaprDocumentsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("in-memory")]
    [InlineData("SQLite")]
    [InlineData("Redis")]
    [InlineData("PostgreSQL")]
    public async Task Of_two_writers_one_wins_and_the_other_is_told(string kind)
    {
        await using var server = await Server(kind);
        await using var sidecar = await TestSidecar.Start(options => With(options.AppId("views"), kind, server).Time(TimeProvider.System));
        await using var service = await sidecar.Run(builder => builder.Services.AddDaprClient(), _ => { });
        var documents = new DaprDocuments(service.Services.GetRequiredService<DaprClient>(), "store", TimeProvider.System);

        Assert.Equal((null, null), await documents.Read<Note>("a", Cancellation) is var none ? (none.Value, none.Etag) : default);
        Assert.True(await documents.Save("a", new Note("first"), etag: null, Cancellation));
        Assert.False(await documents.Save("a", new Note("also first"), etag: null, Cancellation));
        var (value, etag) = await documents.Read<Note>("a", Cancellation);
        Assert.Equal(new Note("first"), value);
        Assert.True(await documents.Save("a", new Note("second"), etag, Cancellation));
        Assert.False(await documents.Save("a", new Note("also second"), etag, Cancellation));

        await documents.Save("b", new Note("$b"), etag: null, Cancellation);
        Assert.Equal([new Note("$b"), null, new Note("second"), new Note("$b")], await documents.ReadAll<Note>(["b", "c", "a", "b"], Cancellation));
        await documents.Delete("a", Cancellation);
        await documents.Delete("a", Cancellation);
        Assert.Null((await documents.Read<Note>("a", Cancellation)).Value);
        Assert.True(await documents.Save("a", new Note("again"), etag: null, Cancellation));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_not_waited_for_longer_than_ten_seconds()
    {
        await using var sidecar = await TestSidecar.Start(options => options.AppId("views").InMemoryState("store"));
        await using var service = await sidecar.Run(builder => builder.Services.AddDaprClient(), _ => { });
        var documents = new DaprDocuments(service.Services.GetRequiredService<DaprClient>(), "store", sidecar.Clock);
        using var hold = sidecar.Faults.On(Call.GetState).Hold();
        var reading = documents.Read<Note>("a", Cancellation);
        await hold.Arrived();
        await sidecar.Clock.AdvanceUntil(() => reading.IsCompleted);
        Assert.Equal(503, (await Assert.ThrowsAsync<RefusedException>(() => reading)).Refusal.Status);
    }

    private static async Task<IAsyncDisposable?> Server(string kind)
    {
        switch (kind)
        {
            case "Redis":
                Assert.SkipUnless(RedisServer.IsInstalled, "Redis is not installed (apt-get install redis-server)");
                var redis = new RedisServer();
                await redis.StartAsync();
                return redis;
            case "PostgreSQL":
                Assert.SkipUnless(PostgresServer.IsInstalled, "PostgreSQL is not installed (apt-get install postgresql)");
                var postgres = new PostgresServer();
                await postgres.StartAsync();
                return postgres;
            default:
                return null;
        }
    }

    private static TestSidecarOptions With(TestSidecarOptions options, string kind, IAsyncDisposable? server) => (kind, server) switch
    {
        ("SQLite", _) => options.SqliteState("store"),
        (_, RedisServer redis) => options.Resource(Component("state.redis", "v1", "redisHost", redis.Host)),
        (_, PostgresServer postgres) => options.Resource(Component(
            "state.postgresql", "v2", "connectionString", $"host=127.0.0.1 port={postgres.Port} user=dapr password=dapr dbname=dapr sslmode=disable")),
        _ => options.InMemoryState("store"),
    };

    private static string Component(string type, string version, string name, string value) => $"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata:
          name: store
        spec:
          type: {type}
          version: {version}
          metadata:
          - name: {name}
            value: {value}
        """;

    private sealed record Note(string Text);
}
