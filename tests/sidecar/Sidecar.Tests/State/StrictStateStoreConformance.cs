using System.Globalization;
using Sidecar.State;

namespace Sidecar.Tests.State;

/// <summary>
/// What a store does that compares every ETag before it writes and that undoes what it cannot finish: all but Redis. Only such a store
/// may hold what must not be lost.
/// </summary>
public abstract partial class StrictStateStoreConformance : StateStoreConformance
{
    protected virtual TimeProvider Clock => TimeProvider.System;

    protected virtual bool KeepsEmptyBytes => true;

    protected virtual bool RefusesNegativeTimeToLive => true;

    /// <summary>In the form of this store, of no write.</summary>
    protected virtual string OtherETag => Guid.NewGuid().ToString();

    protected virtual string ETagOfNothing(string key) => Mismatch;

    protected virtual (StateFailure Kind, string Words) MalformedETag(string key, string current) => (StateFailure.ETagMismatch, Mismatch);

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

    [Fact]
    public async Task A_plain_write_overwrites_what_a_first_write_created()
    {
        await SaveAsync(Create(Key("k"), "1"), Json(Key("k"), "2"));
        Assert.Equal("2", await ReadAsync(Key("k")));
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

    [Fact]
    public async Task A_value_with_a_time_to_live_says_when_it_ends()
    {
        await SaveAsync(Mortal(Key("k"), "100"));
        var text = (await GetAsync(Key("k")))!.Metadata!["ttlExpireTime"];
        var moment = DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.InRange(moment - Clock.GetUtcNow(), TimeSpan.FromSeconds(85), TimeSpan.FromSeconds(100));
    }

    [Fact]
    public async Task A_write_without_time_to_live_makes_the_value_stay()
    {
        var key = Key("k");
        var etag = await SaveAndGetETagAsync(Mortal(key, "2"));
        await SaveAsync(Json(key, "2") with { ETag = etag });
        Assert.Null((await GetAsync(key))!.Metadata);
        await SaveAsync(Mortal(key, "2"), Json(key, "3"));
        Assert.Null((await GetAsync(key))!.Metadata);
    }

    [Theory]
    [InlineData("-2")]
    [InlineData("2147483648")]
    public async Task A_time_to_live_out_of_range_is_refused_where_the_store_minds(string seconds)
    {
        if (RefusesNegativeTimeToLive)
        {
            AssertRefused(
                await RefusalAsync(Mortal(Key("k"), seconds)), StateFailure.Refused, "error parsing TTL: incorrect value for metadata 'ttlInSeconds': must be -1 or greater");
        }
        else
        {
            await SaveAsync(Mortal(Key("k"), seconds));
            Assert.Equal("1", await ReadAsync(Key("k")));
        }
    }

    [Fact]
    public async Task An_etag_counts_in_a_last_write_too()
    {
        var key = Key("k");
        var stale = await SaveAndGetETagAsync(Json(key, "1"));
        var current = await SaveAndGetETagAsync(Json(key, "2"));
        var refusal = await RefusalAsync(Json(key, "3") with { ETag = stale, Concurrency = "last-write" });
        AssertRefused(refusal, StateFailure.ETagMismatch, StaleETag(key, current, stale));
        await SaveAsync(Json(key, "4") with { ETag = current, Concurrency = "last-write" });
        Assert.Equal("4", await ReadAsync(key));
    }

    [Fact]
    public async Task The_etag_of_an_expired_value_is_refused()
    {
        var etag = await SaveAndGetETagAsync(Mortal(Key("k"), "2"));
        await ExpireAsync(Key("k"), 2);
        Assert.Equal(StateFailure.ETagMismatch, (await RefusalAsync(Json(Key("k"), "2") with { ETag = etag })).Failure);
        Assert.Null(await GetAsync(Key("k")));
    }
}
