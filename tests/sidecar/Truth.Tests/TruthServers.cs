using Servers;

[assembly: AssemblyFixture(typeof(Truth.Tests.TruthServers))]

namespace Truth.Tests;

/// <summary>The servers that the recording had, started once for all questions.</summary>
public sealed class TruthServers : IAsyncLifetime
{
    public PostgresServer Postgres { get; } = new();

    public RedisServer Redis { get; } = new();

    public RabbitServer Rabbit { get; private set; } = null!;

    public static string? Missing =>
        !PostgresServer.IsInstalled ? "PostgreSQL is not installed"
        : !RedisServer.IsInstalled ? "Redis is not installed"
        : RabbitServer.Missing;

    public async ValueTask InitializeAsync()
    {
        if (Missing is null)
        {
            await Task.WhenAll(Postgres.StartAsync(), Redis.StartAsync(), StartRabbitAsync());
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Missing is null)
        {
            await Postgres.DisposeAsync();
            await Redis.DisposeAsync();
            await Rabbit.DisposeAsync();
        }
    }

    private async Task StartRabbitAsync() => Rabbit = await RabbitServer.StartAsync(CancellationToken.None);
}
