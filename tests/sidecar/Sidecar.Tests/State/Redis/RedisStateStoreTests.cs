using System.Text;
using Sidecar.State;
using Sidecar.State.Redis;

namespace Sidecar.Tests.State.Redis;

public sealed class RedisStateStoreTests(RedisFixture redis)
{
    private readonly string key = $"app||{Guid.NewGuid():n}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_value_is_kept_as_a_hash_of_data_and_version()
    {
        await using var store = await redis.StoreAsync();
        await store.WriteAsync(Upsert("one"), Cancellation);
        await store.WriteAsync(Upsert("two"), Cancellation);

        await using var console = await redis.ConsoleAsync();
        Assert.Equal("data two version 2", string.Join(" ", await console.AskAsync("HGETALL", key)));
        var item = await store.GetAsync(new StateRead(key), Cancellation);
        Assert.Equal(("two", "2"), (Text(item), item!.ETag));
    }

    [Fact]
    public async Task A_first_write_marks_the_key_and_from_then_on_every_write_must_name_the_version()
    {
        await using var store = await redis.StoreAsync();
        await store.WriteAsync(Upsert("one") with { Concurrency = "first-write" }, Cancellation);

        await using var console = await redis.ConsoleAsync();
        Assert.Equal("0", await console.AskOneAsync("HGET", key, "first-write"));

        var plain = await Assert.ThrowsAsync<StateException>(async () => await store.WriteAsync(Upsert("two"), Cancellation));
        Assert.Equal(StateFailure.Refused, plain.Failure);
        Assert.Matches($@"^failed to set key {Key}: ERR user_script:\d+: failed to set key {Key} script: [0-9a-f]{{40}}, on @user_script:\d+\.$", plain.Message);

        var last = Upsert("two") with { Concurrency = "last-write", ETag = "7" };
        var stale = await Assert.ThrowsAsync<StateException>(async () => await store.WriteAsync(last, Cancellation));
        Assert.Equal(StateFailure.ETagMismatch, stale.Failure);
        Assert.Matches($@"^possible etag mismatch\. error from state store: ERR user_script:\d+: failed to set key {Key} script: [0-9a-f]{{40}}, on @user_script:\d+\.$", stale.Message);

        await store.WriteAsync(Upsert("two") with { ETag = "1" }, Cancellation);
        Assert.Equal("two", Text(await store.GetAsync(new StateRead(key), Cancellation)));
    }

    [Fact]
    public async Task A_first_write_overwrites_a_key_that_nobody_marked()
    {
        await using var store = await redis.StoreAsync();
        await store.WriteAsync(Upsert("one"), Cancellation);
        await store.WriteAsync(Upsert("two") with { Concurrency = "first-write" }, Cancellation);
        Assert.Equal("two", Text(await store.GetAsync(new StateRead(key), Cancellation)));
    }

    [Fact]
    public async Task A_last_write_pays_no_heed_to_its_etag_on_a_key_that_nobody_marked()
    {
        await using var store = await redis.StoreAsync();
        await store.WriteAsync(Upsert("one"), Cancellation);
        await store.WriteAsync(Upsert("two") with { Concurrency = "last-write", ETag = "7" }, Cancellation);
        Assert.Equal("two", Text(await store.GetAsync(new StateRead(key), Cancellation)));
    }

    [Fact]
    public async Task An_etag_inserts_where_there_is_no_key()
    {
        await using var store = await redis.StoreAsync();
        await store.WriteAsync(Upsert("one") with { ETag = "41" }, Cancellation);
        Assert.Equal("1", (await store.GetAsync(new StateRead(key), Cancellation))!.ETag);
    }

    [Theory]
    [InlineData("nonsense", "invalid syntax")]
    [InlineData("1.5", "invalid syntax")]
    [InlineData("99999999999999999999", "value out of range")]
    public async Task An_etag_that_is_no_number_is_refused_in_words_of_Go(string etag, string reason)
    {
        await using var store = await redis.StoreAsync();
        var refusal = await Assert.ThrowsAsync<StateException>(async () => await store.WriteAsync(Upsert("one") with { ETag = etag }, Cancellation));
        Assert.Equal(StateFailure.ETagInvalid, refusal.Failure);
        Assert.Equal($"invalid etag value: strconv.Atoi: parsing \"{etag}\": {reason}", refusal.Message);
    }

    [Fact]
    public async Task Words_that_are_no_options_are_refused_before_anything_is_written()
    {
        await using var store = await redis.StoreAsync();
        var refusal = await Assert.ThrowsAsync<StateException>(async () => await store.WriteAsync(Upsert("one") with { Concurrency = "third-write" }, Cancellation));
        Assert.Equal("unrecognized concurrency model 'third-write'", refusal.Message);
        Assert.Null(await store.GetAsync(new StateRead(key), Cancellation));
    }

    [Fact]
    public async Task A_delete_takes_no_stale_etag_and_does_not_mind_a_missing_key()
    {
        await using var store = await redis.StoreAsync();
        await store.WriteAsync(Delete() with { ETag = "5" }, Cancellation);
        await store.WriteAsync(Upsert("one"), Cancellation);

        var stale = await Assert.ThrowsAsync<StateException>(async () => await store.WriteAsync(Delete() with { ETag = "nonsense" }, Cancellation));
        Assert.Equal(StateFailure.ETagMismatch, stale.Failure);
        Assert.Matches($@"^possible etag mismatch\. error from state store: ERR user_script:\d+: failed to delete {Key} script: [0-9a-f]{{40}}, on @user_script:\d+\.$", stale.Message);

        await store.WriteAsync(Delete() with { ETag = "1" }, Cancellation);
        Assert.Null(await store.GetAsync(new StateRead(key), Cancellation));
    }

    [Fact]
    public async Task A_lifetime_is_kept_by_writes_that_name_none_and_lifted_by_zero()
    {
        await using var store = await redis.StoreAsync();
        await using var console = await redis.ConsoleAsync();

        await store.WriteAsync(Upsert("one", ttl: "100"), Cancellation);
        Assert.Equal("100", await console.AskOneAsync("TTL", key));
        await store.WriteAsync(Upsert("two"), Cancellation);
        Assert.Equal("100", await console.AskOneAsync("TTL", key));
        await store.WriteAsync(Upsert("three", ttl: "0"), Cancellation);
        Assert.Equal("-1", await console.AskOneAsync("TTL", key));
    }

    [Theory]
    [InlineData("soon", "failed to parse ttl from metadata: strconv.ParseInt: parsing \"soon\": invalid syntax")]
    [InlineData("9223372036854775807", "failed to set key {0} ttl: ERR invalid expire time in 'expire' command")]
    public async Task A_lifetime_that_makes_no_sense_is_refused(string ttl, string words)
    {
        await using var store = await redis.StoreAsync();
        var refusal = await Assert.ThrowsAsync<StateException>(async () => await store.WriteAsync(Upsert("one", ttl), Cancellation));
        Assert.Equal((StateFailure.Refused, string.Format(words, key)), (refusal.Failure, refusal.Message));
    }

    [Fact]
    public async Task The_component_may_name_a_lifetime_for_all()
    {
        await using var store = await redis.StoreAsync(("ttlInSeconds", "50"));
        await using var console = await redis.ConsoleAsync();
        await store.WriteAsync(Upsert("one"), Cancellation);
        Assert.Equal("50", await console.AskOneAsync("TTL", key));
        await store.WriteAsync(Upsert("two", ttl: "70"), Cancellation);
        Assert.Equal("70", await console.AskOneAsync("TTL", key));
    }

    [Fact]
    public async Task A_key_that_another_program_wrote_as_text_is_read_without_etag_and_replaced_by_a_write()
    {
        await using var store = await redis.StoreAsync();
        await using var console = await redis.ConsoleAsync();
        await console.AskAsync("SET", key, "plain");

        var item = await store.GetAsync(new StateRead(key), Cancellation);
        Assert.Equal(("plain", null), (Text(item), item!.ETag));
        await store.WriteAsync(Upsert("one"), Cancellation);
        Assert.Equal("1", (await store.GetAsync(new StateRead(key), Cancellation))!.ETag);
    }

    [Fact]
    public async Task A_hash_that_is_none_of_ours_is_an_error()
    {
        await using var store = await redis.StoreAsync();
        await using var console = await redis.ConsoleAsync();
        await console.AskAsync("HSET", key, "data", "x");
        var refusal = await Assert.ThrowsAsync<StateException>(async () => await store.GetAsync(new StateRead(key), Cancellation));
        Assert.Equal("required hash field 'data' or 'version' was not found", refusal.Message);
    }

    [Fact]
    public async Task Many_keys_are_answered_in_their_order_each_with_its_own_trouble()
    {
        await using var store = await redis.StoreAsync();
        await using var console = await redis.ConsoleAsync();
        await store.WriteAsync(Upsert("one"), Cancellation);
        await console.AskAsync("RPUSH", key + "-list", "x");

        var items = await store.GetManyAsync([new(key + "-none"), new(key + "-list"), new(key)], 2, Cancellation);
        Assert.Equal([key + "-none", key + "-list", key], items.Select(item => item.Key));
        Assert.Equal((null, null), (items[0].Item, items[0].Error));
        Assert.Equal("WRONGTYPE Operation against a key holding the wrong kind of value", items[1].Error);
        Assert.Equal("one", Text(items[2].Item));
    }

    [Fact]
    public async Task Bytes_of_any_kind_and_size_come_back_as_they_were()
    {
        await using var store = await redis.StoreAsync();
        var large = new byte[3_000_000];
        new Random(7).NextBytes(large);
        foreach (var bytes in new[] { [], "\r\n$5\r\n"u8.ToArray(), large })
        {
            await store.WriteAsync(new StateWrite(key) { Value = new StateValue(bytes, IsJson: false) }, Cancellation);
            Assert.Equal(bytes, (await store.GetAsync(new StateRead(key), Cancellation))!.Data.ToArray());
        }
    }

    [Fact]
    public async Task Fractions_over_http_keep_six_digits_and_bytes_over_grpc_keep_all()
    {
        await using var store = await redis.StoreAsync();
        var json = Encoding.UTF8.GetBytes("""{"a":3.14159265358979,"b":"\u003c3.14159265\u003e"}""");
        await store.WriteAsync(new StateWrite(key) { Value = new StateValue(json, IsJson: true) }, Cancellation);
        Assert.Equal("""{"a":3.141593,"b":"<3.14159265>"}""", Text(await store.GetAsync(new StateRead(key), Cancellation)));
        await store.WriteAsync(new StateWrite(key) { Value = new StateValue(json, IsJson: false) }, Cancellation);
        Assert.Equal(json, (await store.GetAsync(new StateRead(key), Cancellation))!.Data.ToArray());
    }

    [Fact]
    public async Task Scripts_that_the_server_forgot_are_sent_again()
    {
        await using var server = await RedisFixture.StartAsync();
        await using var store = RedisFixture.Store(("redisHost", server.Host));
        await store.InitAsync(Cancellation);
        await using var console = await RedisConsole.OpenAsync(server.Host);
        await store.WriteAsync(Upsert("one"), Cancellation);
        await console.AskAsync("SCRIPT", "FLUSH");
        await store.WriteAsync(Upsert("two"), Cancellation);
        await console.AskAsync("SCRIPT", "FLUSH");
        await store.WriteAsync(Delete(), Cancellation);
        Assert.Null(await store.GetAsync(new StateRead(key), Cancellation));
    }

    [Fact]
    public async Task Without_the_json_module_a_query_is_refused_and_json_is_kept_as_bytes()
    {
        await using var store = await redis.StoreAsync();
        Assert.Equal("redis-json server support is required for query capability", store.QueryRefusal);
        await store.WriteAsync(Upsert("1") with { Metadata = new Dictionary<string, string> { ["contentType"] = "application/json" } }, Cancellation);
        Assert.Equal("1", Text(await store.GetAsync(new StateRead(key), Cancellation)));
    }

    private string Key => key.Replace("|", @"\|", StringComparison.Ordinal);

    private StateWrite Upsert(string value, string? ttl = null) => new(key)
    {
        Value = new StateValue(Encoding.UTF8.GetBytes(value), IsJson: false),
        Metadata = ttl is null ? null : new Dictionary<string, string> { ["ttlInSeconds"] = ttl },
    };

    private StateWrite Delete() => new(key) { IsDelete = true };

    private static string? Text(StateItem? item) => item is null ? null : Encoding.UTF8.GetString(item.Data.Span);
}
