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

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_first_write_without_etag_creates_and_does_not_overwrite(string? etag)
    {
        var key = Key("k");
        await SaveAsync(Create(key, "1") with { ETag = etag });
        AssertRefused(await RefusalAsync(Create(key, "2") with { ETag = etag }), SecondCreationKind, SecondCreation(key));
        Assert.Equal("1", await ReadAsync(key));
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
        Assert.Equal(999, outcomes.Count(outcome => outcome?.Failure == SecondCreationKind));
    }

    protected async Task<StateException?> OutcomeAsync(StateWrite write)
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
