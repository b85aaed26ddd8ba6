using Defaults.Tests.Projections;
using Defaults.Tests.Rebuild;
using Defaults.Tests.Views;
using Library.Contracts;
using Library.Defaults.Lag;
using Library.Defaults.Projections;
using Sidecar.Testing;

namespace Defaults.Tests.Lag;

public sealed class ProjectionLagTests
{
    private readonly MemoryDocuments _documents = new();
    private readonly ThingSource _source = new(places: 1);
    private readonly TestClock _clock = new();

    [Fact]
    public async Task A_fact_that_fails_is_missing_until_it_was_applied_whatever_came_after_it()
    {
        await using var query = await Start();
        var (first, second) = (_source.Write("a", "x"), _source.Write("b", "y"));
        _documents.Before = (call, key) => call == "save" && key == "things|1|a" ? throw new IOException("full") : Task.CompletedTask;
        await Assert.ThrowsAsync<IOException>(() => Deliver(query, first, 0));
        await Deliver(query, second, 1);
        query.Run.Lag.Published(Progress(1));
        Assert.Equal(1, query.Run.Lag.Now().Events);
        _documents.Before = (_, _) => Task.CompletedTask;
        await Deliver(query, first, 0);
        Assert.Equal((0, 0.0), (query.Run.Lag.Now().Events, query.Run.Lag.Now().Seconds));
    }

    [Fact]
    public async Task A_fact_that_failed_here_and_was_applied_by_another_replica_is_missing_no_longer()
    {
        await using var query = await Start();
        await using var other = await ThingQuery.Start(_documents, _source, _clock);
        var fact = _source.Write("a", "x");
        _documents.Before = (call, key) => call == "save" && key == "things|1|a" ? throw new IOException("full") : Task.CompletedTask;
        await Assert.ThrowsAsync<IOException>(() => Deliver(query, fact, 0));
        _documents.Before = (_, _) => Task.CompletedTask;
        await Deliver(other, fact, 0);
        await _clock.AdvanceUntil(() => query.Run.Lag.Now().Events == 0);
    }

    [Fact]
    public async Task Seconds_count_from_when_something_was_missing_first()
    {
        await using var query = await Start();
        _source.Write("a", "x");
        query.Run.Lag.Published(Progress(0));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.InRange(query.Run.Lag.Now().Seconds, 2, 2);
    }

    [Fact]
    public async Task What_one_replica_applied_the_other_knows_within_seconds()
    {
        await using var query = await Start();
        await using var other = await ThingQuery.Start(_documents, _source, _clock);
        var fact = _source.Write("a", "x");
        query.Run.Lag.Published(Progress(0));
        Assert.Equal(1, query.Run.Lag.Now().Events);
        await Deliver(other, fact, 0);
        await _clock.AdvanceUntil(() => query.Run.Lag.Now().Events == 0);
    }

    [Fact]
    public async Task A_source_that_is_quiet_and_one_that_is_silent_can_be_told_apart()
    {
        await using var query = await Start();
        Assert.Equal(SourceState.Unheard, query.Run.Lag.Now().Source);
        query.Run.Lag.Published(Progress(-1));
        Assert.Equal(SourceState.Busy, query.Run.Lag.Now().Source);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal((SourceState.Silent, 6.0), (query.Run.Lag.Now().Source, query.Run.Lag.Now().Seconds));
        query.Run.Lag.Published(Progress(-1) with { Quiet = true });
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((SourceState.Quiet, 0.0), (query.Run.Lag.Now().Source, query.Run.Lag.Now().Seconds));
    }

    [Fact]
    public async Task When_all_is_quiet_nothing_is_read_or_written()
    {
        await using var query = await Start();
        await Deliver(query, _source.Write("a", "x"), 0);
        query.Run.Lag.Published(Progress(0) with { Quiet = true });
        await _clock.AdvanceUntil(() => _documents.Get<LagDocument>("lag|things")?.Places[0].Published.Count > 0);
        _clock.Advance(TimeSpan.FromSeconds(5));
        var before = _documents.Calls;
        for (var minute = 0; minute < 30; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        Assert.Equal(before, _documents.Calls);
    }

    private static Task Deliver(ThingQuery query, ReadFact fact, long number) =>
        query.Run.Take(fact.Topic, Things.Published(fact, new Position(0, number, DateTimeOffset.UnixEpoch)), CancellationToken.None);

    private PlacePublished Progress(long latest) => new(0, latest + 1, _clock.GetUtcNow(), Quiet: false, latest < 0 ? new Dictionary<string, long>() : new Dictionary<string, long> { [ThingMade.Topic] = latest });

    private async Task<ThingQuery> Start()
    {
        var query = await ThingQuery.Start(_documents, _source, _clock);
        await _clock.AdvanceUntil(() => _documents.Get<GenerationDocument>("generation|things")?.Current == 1);
        return query;
    }
}
