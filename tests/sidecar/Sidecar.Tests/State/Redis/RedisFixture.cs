using Microsoft.Extensions.Logging.Abstractions;
using Servers;
using Sidecar.Components;
using Sidecar.State.Redis;

[assembly: AssemblyFixture(typeof(Sidecar.Tests.State.Redis.RedisFixture))]

namespace Sidecar.Tests.State.Redis;

/// <summary>One Redis for all tests that do it no harm, started by the first that asks.</summary>
public sealed class RedisFixture : IAsyncDisposable
{
    private readonly Lazy<Task<RedisServer>> shared = new(() => StartAsync());

    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        Assert.SkipUnless(RedisServer.IsInstalled, "redis-server is not installed");
        var server = new RedisServer(settings);
        await server.StartAsync();
        return server;
    }

    internal async Task<RedisStateStore> StoreAsync(params (string Name, string Value)[] settings)
    {
        var store = Store([("redisHost", (await shared.Value).Host), .. settings]);
        await store.InitAsync(TestContext.Current.CancellationToken);
        return store;
    }

    internal static RedisStateStore Store(params (string Name, string Value)[] settings) =>
        new(new ComponentMetadata(settings.ToDictionary(setting => setting.Name, setting => setting.Value)), TimeProvider.System, NullLogger.Instance);

    internal async Task<RedisConsole> ConsoleAsync() => await RedisConsole.OpenAsync((await shared.Value).Host);

    public async ValueTask DisposeAsync()
    {
        if (shared.IsValueCreated)
        {
            await (await shared.Value).DisposeAsync();
        }
    }
}
