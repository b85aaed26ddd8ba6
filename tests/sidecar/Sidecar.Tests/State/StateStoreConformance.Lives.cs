using System.Globalization;
using Sidecar.State;

namespace Sidecar.Tests.State;

public abstract partial class StateStoreConformance
{
    [Fact]
    public async Task A_value_with_a_time_to_live_says_when_it_ends()
    {
        await SaveAsync(Mortal(Key("k"), "100"));
        var text = (await GetAsync(Key("k")))!.Metadata!["ttlExpireTime"];
        var moment = DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.InRange(moment - Clock.GetUtcNow(), TimeSpan.FromSeconds(85), TimeSpan.FromSeconds(100));
    }

    [Fact]
    public async Task An_expired_key_counts_as_absent()
    {
        var key = Key("k");
        var etag = await SaveAndGetETagAsync(Mortal(key, "2"));
        await ExpireAsync(key, 2);
        Assert.Null(await GetAsync(key));
        Assert.Null(Assert.Single(await BulkAsync("k")).Item);
        Assert.Equal(StateFailure.ETagMismatch, (await RefusalAsync(Json(key, "2") with { ETag = etag })).Failure);
        await SaveAsync(Create(key, "3"));
        Assert.Equal("3", await ReadAsync(key));
        Assert.Null((await GetAsync(key))!.Metadata);
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
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("")]
    public async Task No_time_to_live_is_for_ever(string seconds)
    {
        await SaveAsync(Mortal(Key("k"), seconds));
        Assert.Null((await GetAsync(Key("k")))!.Metadata);
    }

    [Fact]
    public async Task A_time_to_live_that_is_no_number_is_refused()
    {
        AssertRefused(await RefusalAsync(Mortal(Key("k"), "so\"on")), StateFailure.Refused, BadTimeToLive);
        Assert.Null(await GetAsync(Key("k")));
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

    protected virtual TimeProvider Clock => TimeProvider.System;
}
