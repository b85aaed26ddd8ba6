using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Components;
using Sidecar.State;
using Sidecar.State.InMemory;

namespace Sidecar.Tests.State.InMemory;

public sealed class InMemoryStateStoreTests : StrictStateStoreConformance
{
    private readonly ManualTime time = new();

    protected override StateFeatures Features => base.Features | StateFeatures.DeleteWithPrefix;

    protected override TimeProvider Clock => time;

    protected override string SecondCreation(string key) => Mismatch + ": item already exists and no etag was passed";

    protected override string BadTimeToLive => "strconv.Atoi: parsing \"so\\\"on\": invalid syntax";

    protected override bool RefusesNegativeTimeToLive => false;

    protected override bool FoundFirst => false;

    protected override bool ChecksOptionsBeforeETags => true;

    protected override string StaleETag(string key, string current, string stale) =>
        $"{Mismatch}: state etag not match for key={key}: current={current}, expect={stale}";

    protected override string ETagOfNothing(string key) => $"{Mismatch}: state not exist or expired for key={key}";

    protected override (StateFailure Kind, string Words) MalformedETag(string key, string current) => (StateFailure.ETagMismatch, StaleETag(key, current, "nonsense"));

    protected override async Task<IStateStore> OpenAsync()
    {
        var store = new InMemoryStateStore(new ComponentSpec("store", "state.in-memory", "v1", new ComponentMetadata(new Dictionary<string, string>())), time, NullLogger.Instance);
        await store.InitAsync(Cancellation);
        return store;
    }

    protected override Task ExpireAsync(string key, int seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds) + TimeSpan.FromMilliseconds(1));
        return Task.CompletedTask;
    }

    [Fact]
    public async Task No_timer_runs_while_nothing_can_expire()
    {
        await SaveAsync(Json(Key("k"), "1"));
        Assert.Equal(0, time.RunningTimers);
        await SaveAsync(Mortal(Key("day"), "86400"), Mortal(Key("k"), "5"));
        Assert.Equal(1, time.RunningTimers);
        time.Advance(TimeSpan.FromSeconds(90000));
        Assert.Equal(0, time.RunningTimers);
    }

    [Fact]
    public async Task A_time_to_live_that_outruns_the_nanoseconds_of_64_bits_ends_at_once()
    {
        await SaveAsync(Mortal(Key("k"), "10000000000"));
        Assert.Null(await GetAsync(Key("k")));
    }

    [Fact]
    public async Task The_sweep_leaves_a_key_that_was_written_again()
    {
        await SaveAsync(Mortal(Key("again"), "2"), Mortal(Key("for ever"), "2"), Mortal(Key("again"), "60"), Json(Key("for ever"), "2"));
        time.Advance(TimeSpan.FromSeconds(10));
        await AssertHasAsync(("again", "1"), ("for ever", "2"));
    }
}
