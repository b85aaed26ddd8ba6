using Servers;
using Sidecar.Tests.PubSub.Brokers;

[assembly: AssemblyFixture(typeof(RabbitFixture))]

namespace Sidecar.Tests.PubSub.Brokers;

/// <summary>One RabbitMQ for all tests that do not kill it, started by the first that asks.</summary>
public sealed class RabbitFixture : IAsyncDisposable
{
    private readonly Lazy<Task<RabbitServer>> server = new(() => RabbitServer.StartAsync(CancellationToken.None));

    public Task<RabbitServer> StartedAsync()
    {
        Assert.SkipWhen(RabbitServer.Missing is not null, RabbitServer.Missing ?? "");
        return server.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated)
        {
            await (await server.Value).DisposeAsync();
        }
    }
}
