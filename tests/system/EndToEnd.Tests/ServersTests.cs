using System.Text.Json;
using Servers;

namespace EndToEnd.Tests;

/// <summary>The same on servers: roles, databases, tables and queues come into being by ./run alone.</summary>
public sealed class ServersTests : IDisposable
{
    private readonly Clone clone = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task Run_makes_what_the_servers_lack_and_starts_on_them()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, "PostgreSQL is not installed");
        Assert.SkipUnless(RedisServer.IsInstalled, "Redis is not installed");
        Assert.SkipWhen(RabbitServer.Missing is not null, RabbitServer.Missing ?? "");
        await using var postgres = new PostgresServer();
        await using var redis = new RedisServer();
        var starting = Task.WhenAll(postgres.StartAsync(), redis.StartAsync());
        await using var rabbit = await RabbitServer.StartAsync(Cancellation);
        await starting;
        var where = new Dictionary<string, string>
        {
            ["LIBRARY_POSTGRES_HOST"] = "127.0.0.1", ["LIBRARY_POSTGRES_PORT"] = $"{postgres.Port}", ["LIBRARY_REDIS_HOST"] = redis.Host, ["LIBRARY_RABBITMQ"] = rabbit.Uri,
        };
        await using (var refused = clone.Run(where, "--components", "postgres-redis"))
        {
            Assert.Equal(1, await refused.EndAsync(Cancellation));
            Assert.Contains("LIBRARY_POSTGRES_ADMIN", refused.Text, StringComparison.Ordinal);
        }

        where["LIBRARY_POSTGRES_ADMIN"] = postgres.Admin;
        await using var run = clone.Run(where, "--components", "postgres-redis");
        await run.LineAsync("made PostgreSQL at 127.0.0.1", Cancellation);
        await run.LineAsync("ready: ", Cancellation);
        using var http = new HttpClient();
        using var health = JsonDocument.Parse(await http.GetStringAsync(clone.Url(8080, "/healthz"), Cancellation));
        Assert.Equal("ready", health.RootElement.GetProperty("status").GetString());
        run.Signal("INT");
        Assert.Equal(0, await run.EndAsync(Cancellation));
        var secrets = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(Path.Combine(clone.Folder, ".data", "secrets.json"), Cancellation))!;
        Assert.All(secrets.Where(secret => secret.Key.EndsWith("-database", StringComparison.Ordinal)), secret => Assert.DoesNotContain(secret.Value, run.Text, StringComparison.Ordinal));
        Assert.DoesNotContain(" error ", run.Text, StringComparison.Ordinal);
    }
}
