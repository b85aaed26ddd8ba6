using Sidecar.State;

namespace Sidecar.Tests.State.Redis;

public sealed class RedisConformanceTests(RedisFixture redis) : StateStoreConformance
{
    protected override StateFailure SecondCreationKind => StateFailure.Refused;

    protected override string BadTimeToLive => "failed to parse ttl from metadata: strconv.ParseInt: parsing \"so\\\"on\": invalid syntax";

    protected override bool FoundFirst => false;

    // The words of the script that compared, with its line and its hash.
    protected override string SecondCreation(string key) => $"failed to set key {key}: ERR …";

    protected override string StaleETag(string key, string current, string stale) => Mismatch + ": ERR …";

    protected override async Task<IStateStore> OpenAsync() => await redis.StoreAsync();

    protected override async Task ExpireAsync(string key, int seconds)
    {
        await using var console = await redis.ConsoleAsync();
        Assert.Equal($"{seconds}", await console.AskOneAsync("TTL", key));
        await console.AskOneAsync("EXPIRE", key, "0");
    }
}
