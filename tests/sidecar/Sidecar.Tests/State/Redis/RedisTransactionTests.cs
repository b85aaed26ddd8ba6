using System.Text;
using Sidecar.State;

namespace Sidecar.Tests.State.Redis;

public sealed class RedisTransactionTests(RedisFixture redis)
{
    private readonly string key = $"app||{Guid.NewGuid():n}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_writes_happen_in_order()
    {
        await using var store = await redis.StoreAsync();
        await store.WriteAsync(Upsert("gone", "x"), Cancellation);
        await store.TransactAsync([Upsert("twice", "1"), Upsert("twice", "2"), Upsert("other", "3"), Delete("gone")], Cancellation);

        Assert.Equal(("2", "2"), await ReadAsync(store, "twice"));
        Assert.Equal(("3", "1"), await ReadAsync(store, "other"));
        Assert.Null(await store.GetAsync(new StateRead(key + "gone"), Cancellation));
    }

    [Fact]
    public async Task A_refused_write_is_the_answer_and_takes_nothing_back()
    {
        await using var store = await redis.StoreAsync();
        await store.WriteAsync(Upsert("guarded", "old"), Cancellation);
        var refusal = await Assert.ThrowsAsync<StateException>(async () => await store.TransactAsync(
            [Upsert("before", "1"), Upsert("guarded", "2") with { ETag = "9", Concurrency = "first-write" }, Upsert("after", "3")],
            Cancellation));

        Assert.Equal(StateFailure.Refused, refusal.Failure);
        Assert.Matches(@"^ERR user_script:\d+: failed to set key .*guarded script: [0-9a-f]{40}, on @user_script:\d+\.$", refusal.Message);
        Assert.Equal(("1", "1"), await ReadAsync(store, "before"));
        Assert.Equal(("old", "1"), await ReadAsync(store, "guarded"));
        Assert.Equal(("3", "1"), await ReadAsync(store, "after"));
    }

    [Fact]
    public async Task A_first_write_neither_guards_nor_marks()
    {
        await using var store = await redis.StoreAsync();
        await store.TransactAsync([Upsert("k", "1") with { Concurrency = "first-write" }], Cancellation);
        await store.TransactAsync([Upsert("k", "2") with { Concurrency = "first-write" }], Cancellation);
        Assert.Equal(("2", "2"), await ReadAsync(store, "k"));
    }

    [Fact]
    public async Task A_write_that_makes_no_sense_stops_all_of_them()
    {
        await using var store = await redis.StoreAsync();
        await Assert.ThrowsAsync<StateException>(async () => await store.TransactAsync([Upsert("k", "1"), Upsert("l", "1") with { ETag = "nonsense" }], Cancellation));
        Assert.Null(await store.GetAsync(new StateRead(key + "k"), Cancellation));
    }

    [Fact]
    public async Task Lifetimes_are_set_and_lifted_even_where_the_write_is_refused()
    {
        await using var store = await redis.StoreAsync();
        await using var console = await redis.ConsoleAsync();
        await store.TransactAsync([Upsert("k", "1", ttl: "100")], Cancellation);
        Assert.Equal("100", await console.AskOneAsync("TTL", key + "k"));
        await Assert.ThrowsAsync<StateException>(async () => await store.TransactAsync([Upsert("k", "2", ttl: "-1") with { ETag = "9" }], Cancellation));
        Assert.Equal("-1", await console.AskOneAsync("TTL", key + "k"));
    }

    [Fact]
    public async Task Json_content_without_the_module_fails_on_the_server()
    {
        await using var store = await redis.StoreAsync();
        var json = new Dictionary<string, string> { ["contentType"] = "application/json" };
        foreach (var write in new[] { Upsert("k", "1"), Delete("k") })
        {
            var refusal = await Assert.ThrowsAsync<StateException>(async () => await store.TransactAsync([write with { Metadata = json }], Cancellation));
            Assert.StartsWith("ERR Unknown Redis command called from script script: ", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_to_do_is_done()
    {
        await using var store = await redis.StoreAsync();
        await store.TransactAsync([], Cancellation);
    }

    private async Task<(string?, string?)> ReadAsync(IStateStore store, string name)
    {
        var item = await store.GetAsync(new StateRead(key + name), Cancellation);
        return (item is null ? null : Encoding.UTF8.GetString(item.Data.Span), item?.ETag);
    }

    private StateWrite Upsert(string name, string value, string? ttl = null) => new(key + name)
    {
        Value = new StateValue(Encoding.UTF8.GetBytes(value), IsJson: false),
        Metadata = ttl is null ? null : new Dictionary<string, string> { ["ttlInSeconds"] = ttl },
    };

    private StateWrite Delete(string name) => new(key + name) { IsDelete = true };
}
