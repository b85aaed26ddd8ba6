using Servers;

namespace Runner.Tests.Databases;

public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresServer Server { get; } = new();

    public async ValueTask InitializeAsync()
    {
        if (PostgresServer.IsInstalled)
        {
            await Server.StartAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (PostgresServer.IsInstalled)
        {
            await Server.DisposeAsync();
        }
    }
}
