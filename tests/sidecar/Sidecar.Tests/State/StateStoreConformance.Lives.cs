using Sidecar.State;

namespace Sidecar.Tests.State;

public abstract partial class StateStoreConformance
{
    [Fact]
    public async Task An_expired_key_counts_as_absent()
    {
        var key = Key("k");
        await SaveAsync(Mortal(key, "2"));
        await ExpireAsync(key, 2);
        Assert.Null(await GetAsync(key));
        Assert.Null(Assert.Single(await BulkAsync("k")).Item);
        await SaveAsync(Create(key, "3"));
        Assert.Equal("3", await ReadAsync(key));
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
}
