using Library.Defaults.ReadYourWrites;
using Microsoft.Extensions.Options;
using Sidecar.Testing;

namespace Defaults.Tests.ReadYourWrites;

public sealed class PatienceTests
{
    private readonly TestClock _clock = new();
    private readonly Arrivals _arrivals = new();
    private long _version;
    private int _looks;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("7", "a", "a", 7)]
    [InlineData("b:7", "a", "b", 7)]
    [InlineData("x:y:7", null, "x:y", 7)]
    public void A_version_is_that_of_the_address_or_of_the_id_before_the_colon(string text, string? idOfAddress, string id, long version) =>
        Assert.Equal(new MinVersion(id, version), MinVersion.Parse(text, idOfAddress));

    [Theory]
    [InlineData("7", null)]
    [InlineData(":7", "a")]
    [InlineData("a:", null)]
    [InlineData("seven", "a")]
    [InlineData("1e3", "a")]
    [InlineData("99999999999999999999", "a")]
    public void What_is_no_version_is_refused(string text, string? idOfAddress) => Assert.Null(MinVersion.Parse(text, idOfAddress));

    [Fact]
    public async Task A_version_that_is_there_is_not_waited_for()
    {
        _version = 3;
        Assert.True(await Wait(3));
        Assert.Equal(1, _looks);
    }

    [Fact]
    public async Task A_fact_that_arrives_here_wakes_those_who_wait_without_a_look_in_between()
    {
        var waiting = Wait(3);
        _version = 3;
        _arrivals.Tell("things", "a");
        Assert.True(await waiting);
        Assert.Equal(2, _looks);
    }

    [Fact]
    public async Task A_fact_that_arrives_elsewhere_is_found_by_a_few_looks()
    {
        var waiting = Wait(3);
        await _clock.AdvanceUntil(() => _looks == 3, TimeSpan.FromMilliseconds(50));
        _version = 3;
        await _clock.AdvanceUntil(() => waiting.IsCompleted, TimeSpan.FromMilliseconds(50));
        Assert.True(await waiting);
        Assert.Equal(4, _looks);
    }

    [Fact]
    public async Task After_the_limit_nobody_waits_any_longer()
    {
        var waiting = Wait(3);
        await _clock.AdvanceUntil(() => waiting.IsCompleted, TimeSpan.FromMilliseconds(50));
        Assert.False(await waiting);
        Assert.InRange(_looks, 2, 9);
    }

    private Task<bool> Wait(long version) =>
        new Patience(_arrivals, Options.Create(new ReadYourWritesOptions()), _clock).Wait("things", new MinVersion("a", version), () =>
        {
            _looks++;
            return Task.FromResult(_version);
        }, Cancellation);
}
