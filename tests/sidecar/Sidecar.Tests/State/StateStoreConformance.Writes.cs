using System.Text;
using Sidecar.State;

namespace Sidecar.Tests.State;

public abstract partial class StateStoreConformance
{
    [Fact]
    public void It_says_what_it_can() => Assert.Equal(Features, Store.Features);

    [Fact]
    public async Task A_key_that_was_never_written_has_no_item() => Assert.Null(await GetAsync(Key("nothing")));

    [Theory]
    [InlineData("""{"b":1,"a":"two","c":[1,null,true]}""")]
    [InlineData("\"żółć 图书馆 🙂\"")]
    [InlineData("\"$name $$ROOT ' \\\" ; --\"")]
    [InlineData("12.5")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    public async Task A_json_value_comes_back(string json)
    {
        await SaveAsync(Json(Key("json"), json));
        Assert.Equal(Kept(json), await ReadAsync(Key("json")));
    }

    [Fact]
    public async Task Bytes_come_back_as_they_were()
    {
        var all = Enumerable.Range(0, 256).Select(number => (byte)number).ToArray();
        var large = new byte[1_000_000];
        new Random(7).NextBytes(large);
        foreach (var bytes in new[] { all, large, "not json"u8.ToArray(), """{ "z": 1, "a": "$name" }"""u8.ToArray(), [0] })
        {
            await SaveAsync(Raw(Key("bytes"), bytes));
            Assert.Equal(bytes, (await GetAsync(Key("bytes")))!.Data.ToArray());
        }
    }

    [Fact]
    public async Task No_bytes_at_all_are_a_value_where_the_store_can_keep_them()
    {
        if (KeepsEmptyBytes)
        {
            var etag = await SaveAndGetETagAsync(Raw(Key("empty")));
            Assert.NotEmpty(etag);
            Assert.Equal("", await ReadAsync(Key("empty")));
        }
        else
        {
            var refusal = await RefusalAsync(Raw(Key("empty")));
            Assert.Equal(StateFailure.Refused, refusal.Failure);
            Assert.Null(await GetAsync(Key("empty")));
        }
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("a/b?c=d&e#f")]
    [InlineData("'; DROP TABLE state; --")]
    [InlineData("100%_\\")]
    [InlineData("żółć|图书馆|🙂")]
    public async Task Keys_may_be_any_text(string name)
    {
        await SaveAsync(Json(Key(name), "1"), Json(Key(name + "x"), "2"));
        Assert.Equal("1", await ReadAsync(Key(name)));
        await SaveAsync(Delete(Key(name)));
        Assert.Null(await GetAsync(Key(name)));
        Assert.Equal("2", await ReadAsync(Key(name + "x")));
    }

    [Fact]
    public async Task Every_write_gives_a_new_etag_that_reading_does_not_change()
    {
        var first = await SaveAndGetETagAsync(Json(Key("k"), "1"));
        Assert.Equal(first, (await GetAsync(Key("k")))!.ETag);
        var second = await SaveAndGetETagAsync(Json(Key("k"), "1"));
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("")]
    [InlineData("first-write")]
    [InlineData("last-write")]
    public async Task The_etag_of_the_last_read_lets_a_write_through_once(string concurrency)
    {
        var key = Key("k");
        var etag = await SaveAndGetETagAsync(Json(key, "1"));
        await SaveAsync(Json(key, "2") with { ETag = etag, Concurrency = concurrency });
        var current = (await GetAsync(key))!.ETag!;
        var refusal = await RefusalAsync(Json(key, "3") with { ETag = etag, Concurrency = concurrency });
        AssertRefused(refusal, StateFailure.ETagMismatch, StaleETag(key, current, etag));
        Assert.Equal("2", await ReadAsync(key));
        Assert.Equal(current, (await GetAsync(key))!.ETag);
    }

    [Fact]
    public async Task An_etag_that_no_write_can_have_is_refused()
    {
        var key = Key("k");
        var current = await SaveAndGetETagAsync(Json(key, "1"));
        var (kind, words) = MalformedETag(key, current);
        AssertRefused(await RefusalAsync(Json(key, "2") with { ETag = "nonsense" }), kind, words);
        AssertRefused(await RefusalAsync(Delete(key) with { ETag = "nonsense" }), kind, words);
        Assert.Equal("1", await ReadAsync(key));
    }

    [Fact]
    public async Task An_etag_for_a_key_that_is_not_there_is_refused()
    {
        var key = Key("k");
        AssertRefused(await RefusalAsync(Json(key, "2") with { ETag = OtherETag }), StateFailure.ETagMismatch, ETagOfNothing(key));
        AssertRefused(await RefusalAsync(Delete(key) with { ETag = OtherETag }), StateFailure.ETagMismatch, ETagOfNothing(key));
        Assert.Null(await GetAsync(key));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_first_write_without_etag_creates_and_does_not_overwrite(string? etag)
    {
        var key = Key("k");
        await SaveAsync(Create(key, "1") with { ETag = etag });
        AssertRefused(await RefusalAsync(Create(key, "2") with { ETag = etag }), SecondCreationKind, SecondCreation);
        Assert.Equal("1", await ReadAsync(key));
    }

    [Fact]
    public async Task A_plain_write_overwrites_what_a_first_write_created()
    {
        await SaveAsync(Create(Key("k"), "1"), Json(Key("k"), "2"));
        Assert.Equal("2", await ReadAsync(Key("k")));
    }

    [Fact]
    public async Task A_deleted_key_is_gone_and_may_be_created_again()
    {
        var key = Key("k");
        await SaveAsync(Create(key, "1"), Delete(key), Delete(key));
        Assert.Null(await GetAsync(key));
        await SaveAsync(Create(key, "2"));
        Assert.Equal("2", await ReadAsync(key));
    }

    [Fact]
    public async Task A_delete_with_a_stale_etag_deletes_nothing_and_one_with_the_right_etag_does()
    {
        var key = Key("k");
        var stale = await SaveAndGetETagAsync(Json(key, "1"));
        var current = await SaveAndGetETagAsync(Json(key, "2"));
        AssertRefused(await RefusalAsync(Delete(key) with { ETag = stale }), StateFailure.ETagMismatch, StaleETag(key, current, stale));
        Assert.Equal("2", await ReadAsync(key));
        await SaveAsync(Delete(key) with { ETag = current });
        Assert.Null(await GetAsync(key));
    }

    [Fact]
    public async Task Unknown_words_in_the_options_are_refused()
    {
        AssertRefused(await RefusalAsync(Json(Key("k"), "1") with { Concurrency = "third-write" }), StateFailure.Refused, "unrecognized concurrency model 'third-write'");
        AssertRefused(await RefusalAsync(Json(Key("k"), "1") with { Consistency = "maybe" }), StateFailure.Refused, "unrecognized consistency model 'maybe'");
        Assert.Null(await GetAsync(Key("k")));
        await SaveAsync(Json(Key("k"), "1") with { Concurrency = "last-write", Consistency = "strong" });
        Assert.Equal("1", Encoding.UTF8.GetString((await Store.GetAsync(new StateRead(Key("k"), "maybe"), Cancellation))!.Data.Span));
    }

    [Fact]
    public async Task Of_many_first_writes_of_one_key_exactly_one_wins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => OutcomeAsync(Create(Key("k"), $"{number}"))));
        var winner = Array.IndexOf(outcomes, null);
        Assert.Equal(1, outcomes.Count(outcome => outcome is null));
        Assert.Equal($"{winner}", await ReadAsync(Key("k")));
        Assert.All(outcomes, outcome => Assert.True(outcome is null || outcome.Failure == SecondCreationKind));
    }

    [Fact]
    public async Task Of_many_writes_with_one_etag_exactly_one_wins_and_its_neighbours_lose_nothing()
    {
        var etag = await SaveAndGetETagAsync(Json(Key("k"), "0"));
        var neighbours = Enumerable.Range(0, 200).Select(number => OutcomeAsync(Json(Key($"n{number}"), $"{number}"))).ToList();
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 200).Select(number => OutcomeAsync(Json(Key("k"), $"{number}") with { ETag = etag })));
        Assert.Equal(1, outcomes.Count(outcome => outcome is null));
        Assert.Equal($"{Array.IndexOf(outcomes, null) + 1}", await ReadAsync(Key("k")));
        Assert.All(await Task.WhenAll(neighbours), Assert.Null);
        for (var number = 0; number < 200; number++)
        {
            Assert.Equal($"{number}", await ReadAsync(Key($"n{number}")));
        }
    }

    private async Task<StateException?> OutcomeAsync(StateWrite write)
    {
        await Task.Yield();
        try
        {
            await Store.WriteAsync(write, Cancellation);
            return null;
        }
        catch (StateException refusal)
        {
            return refusal;
        }
    }
}
