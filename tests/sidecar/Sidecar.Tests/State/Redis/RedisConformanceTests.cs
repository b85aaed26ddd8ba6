using Sidecar.State;

namespace Sidecar.Tests.State.Redis;

public sealed class RedisConformanceTests(RedisFixture redis) : StateStoreConformance
{
    protected override StateFeatures Features => StateFeatures.ETag | StateFeatures.Transactional | StateFeatures.Ttl;

    protected override bool FoundFirst => false;

    protected override async Task<IStateStore> OpenAsync() => await redis.StoreAsync();

    protected override async Task ExpireAsync(string key, int seconds)
    {
        await using var console = await redis.ConsoleAsync();
        Assert.Equal($"{seconds}", await console.AskOneAsync("TTL", key));
        await console.AskOneAsync("EXPIRE", key, "0");
    }
}
