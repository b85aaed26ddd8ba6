using Defaults.Tests.Views;
using Library.Defaults.Projections;
using Library.Defaults.Refusals;
using Sidecar.Testing;

namespace Defaults.Tests.Rebuild;

public sealed class RebuildTests
{
    private readonly MemoryDocuments _documents = new();
    private readonly ThingSource _source = new();
    private readonly TestClock _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GenerationDocument? Document => _documents.Get<GenerationDocument>("generation|things");

    [Fact]
    public async Task A_new_view_is_built_from_what_its_source_has_before_it_answers()
    {
        Write(50);
        _source.IsDown = true;
        await using var query = await ThingQuery.Start(_documents, _source, _clock);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => query.Views.Find("t7", Cancellation));
        Assert.Equal(("view-building", 503), (refused.Refusal.Code, refused.Refusal.Status));

        _source.IsDown = false;
        await _clock.AdvanceUntil(() => Document?.Current == 1);
        _clock.Advance(Generations.Epoch);
        Assert.Equal("n7", (await query.Views.Find("t7", Cancellation))!.Name);
    }

    [Fact]
    public async Task The_old_generation_answers_while_the_new_one_is_built_and_live_facts_go_to_both()
    {
        await using var query = await Built(300);
        var half = new TaskCompletionSource();
        var read = new TaskCompletionSource();
        var first = _source.Asked + 1;
        _source.Before = async () =>
        {
            await query.Deliver(_source.Write("t5", $"during {_source.Asked}"));
            if (_source.Asked > first)
            {
                half.TrySetResult();
                await read.Task.WaitAsync(Cancellation);
            }
        };
        await query.Rebuild();
        await _clock.AdvanceUntil(() => half.Task.IsCompleted);
        Assert.Equal((1, 2), (Document!.Current, Document.Building!.Number));
        Assert.Equal(1, (await query.Generation()).Current);
        Assert.StartsWith("during", (await query.Views.Find("t5", Cancellation))!.Name, StringComparison.Ordinal);
        _source.Before = () => Task.CompletedTask;
        read.SetResult();
        await _clock.AdvanceUntil(() => Document!.Current == 2);
        AssertIsFold(2);
    }

    [Fact]
    public async Task Progress_is_shown_while_it_builds()
    {
        await using var query = await Built(1_000);
        var seen = new List<(long Done, long Total)>();
        _documents.Saved = key =>
        {
            if (key == "generation|things" && Document!.Building is { } build)
            {
                seen.Add((build.Done, build.Total));
            }

            return Task.CompletedTask;
        };
        _source.Before = async () => await Task.Run(() => _clock.Advance(TimeSpan.FromSeconds(1)), Cancellation);
        await query.Rebuild();
        await _clock.AdvanceUntil(() => Document!.Current == 2);
        Assert.Contains(seen, progress => progress.Done > 0 && progress.Done < progress.Total);
        Assert.Equal(seen.Select(progress => progress.Done).Order(), seen.Select(progress => progress.Done));
    }

    [Fact]
    public async Task A_build_goes_on_where_it_was_when_its_process_died()
    {
        var dying = await Built(3_000);
        _source.Before = async () => await Task.Run(() => _clock.Advance(TimeSpan.FromSeconds(1)), Cancellation);
        _documents.Saved = _ =>
        {
            dying.IsDead |= Document!.Building is { Done: > 1_000 };
            return Task.CompletedTask;
        };
        await dying.Rebuild();
        await _clock.AdvanceUntil(() => dying.IsDead);
        await dying.DisposeAsync();
        _documents.Saved = _ => Task.CompletedTask;

        var before = _source.Asked;
        await using var next = await ThingQuery.Start(_documents, _source, _clock);
        await _clock.AdvanceUntil(() => Document!.Current == 2);
        Assert.InRange(_source.Asked - before, 1, 13);
        AssertIsFold(2);
    }

    [Fact]
    public async Task A_build_that_goes_on_with_the_first_place_read_reads_the_others_too()
    {
        Write(300);
        var page = await _source.Read("", 0, 0, 1, Cancellation);
        _documents.Set("generation|things", new GenerationDocument { Last = 1, Building = new Build { Number = 1, PlaceCount = 2, Places = new Dictionary<int, PlaceRead> { [0] = new(page.Limit, page.Limit) } } });
        for (var number = 0L; number < page.Limit; number += 200)
        {
            foreach (var item in (await _source.Read("", 0, number, 200, Cancellation)).Items)
            {
                await Projections.Things.Projection().Apply(_documents, 1, Projections.Things.Projection().Read(item.Topic, item.Fact, Library.Defaults.Stores.StoredJson.Options), Cancellation);
            }
        }

        await using var query = await ThingQuery.Start(_documents, _source, _clock);
        await _clock.AdvanceUntil(() => Document?.Current == 1);
        AssertIsFold(1);
    }

    [Fact]
    public async Task Only_one_replica_builds_and_the_other_takes_over_when_it_dies()
    {
        await using var first = await Built(2_000);
        await using var second = await ThingQuery.Start(_documents, _source, _clock);
        _source.Before = async () => await Task.Run(() => _clock.Advance(TimeSpan.FromSeconds(1)), Cancellation);
        var (holders, dead) = (new HashSet<string>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _documents.Saved = _ =>
        {
            if (Document!.Building is not { Holder.Length: > 0 } build)
            {
                return Task.CompletedTask;
            }

            holders.Add(build.Holder);
            if (build.Done > 500 && dead.TrySetResult())
            {
                (second.Reads > 0 ? second : first).IsDead = true;
            }

            return dead.Task.IsCompleted ? Task.CompletedTask : Task.WhenAll(first.Generation(), second.Generation());
        };
        await first.Rebuild();
        await second.Generation();
        await dead.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Single(holders);
        await _clock.AdvanceUntil(() => Document!.Current == 2);
        Assert.Equal(2, holders.Count);
        AssertIsFold(2);
    }

    [Fact]
    public async Task One_can_go_back_to_the_generation_before_and_it_has_missed_nothing()
    {
        await using var query = await Built(20);
        await Rebuilt(query, 2);
        await query.Deliver(_source.Write("t3", "after the switch"));
        await query.Run.Generations.Change(now => now.SwitchedBack(_clock.GetUtcNow()), Cancellation);
        Assert.Equal((1, 2), (Document!.Current, Document.Previous));
        Assert.Equal("after the switch", (await query.Views.Find("t3", Cancellation))!.Name);
        AssertIsFold(1);
    }

    [Fact]
    public async Task A_fact_reaches_also_what_is_to_be_deleted_while_the_source_is_away()
    {
        await using var query = await Built(20);
        await Rebuilt(query, 2);
        _source.IsDown = true;
        _clock.Advance(ThingQuery.Options.KeepPrevious);
        await query.Deliver(_source.Write("t3", "later"));
        await _clock.AdvanceUntil(() => Document!.Retired.Count == 1);
        Assert.Contains("things|1|t5", _documents.Keys);

        await query.Deliver(_source.Write("t5", "gone", gone: true));

        Assert.DoesNotContain("things|1|t5", _documents.Keys);
        Assert.Contains("things|1|t6", _documents.Keys);
    }

    [Fact]
    public async Task A_fact_that_was_on_its_way_to_a_generation_when_that_retired_leaves_nothing_there()
    {
        await using var query = await Built(20);
        await Rebuilt(query, 2);
        var arrives = new TaskCompletionSource();
        _documents.Before = (call, key) => (call, key) == ("save", "things|1|t3") ? arrives.Task : Task.CompletedTask;
        _clock.Advance(ThingQuery.Options.KeepPrevious);
        var retires = _clock.GetUtcNow();
        var delivered = query.Deliver(_source.Write("t3", "later"));
        await _clock.AdvanceUntil(() => Document is { Previous: null, Retired.Count: 0 } || _clock.GetUtcNow() - retires > TimeSpan.FromSeconds(20));
        arrives.SetResult();
        await delivered;

        await _clock.AdvanceUntil(() => Document is { Previous: null, Retired.Count: 0 });

        Assert.DoesNotContain(_documents.Keys, key => key.StartsWith("things|1|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_generation_before_is_deleted_once_it_was_kept_long_enough()
    {
        await using var query = await Built(20);
        await Rebuilt(query, 2);
        Assert.Contains(_documents.Keys, key => key.StartsWith("things|1|", StringComparison.Ordinal));
        _clock.Advance(ThingQuery.Options.KeepPrevious);
        await query.Deliver(_source.Write("t3", "later"));
        await _clock.AdvanceUntil(() => Document!.Previous is null && Document.Retired.Count == 0);
        Assert.DoesNotContain(_documents.Keys, key => key.StartsWith("things|1|", StringComparison.Ordinal) || key.StartsWith("index|things.by-box.1|", StringComparison.Ordinal));
        AssertIsFold(2);
    }

    [Fact]
    public async Task A_new_generation_that_has_less_than_the_old_one_is_not_switched_to()
    {
        await using var query = await Built(20);
        var lost = _source.Write("t3", "known to the view only");
        await query.Deliver(new ReadFact(lost.Topic, "t3", 99, new Projections.ThingMoved("t3", 99, "known to the view only", null, Gone: false)));
        await query.Rebuild();
        await _clock.AdvanceUntil(() => Document!.Building is { State: BuildState.Refused });
        Assert.Equal((1, 1L), (Document!.Current!.Value, Document.Building!.Comparison.Behind));
    }

    [Fact]
    public async Task What_the_old_generation_had_missed_is_mended_and_counted()
    {
        await using var query = await Built(20);
        _source.Write("t3", "never delivered");
        await query.Rebuild();
        await _clock.AdvanceUntil(() => Document!.Current == 2);
        AssertIsFold(2);
        Assert.Equal(new Comparison(Same: 19, Mended: 1), Document!.Comparison);
    }

    [Fact]
    public async Task What_the_new_generation_says_in_another_way_is_counted_and_does_not_stop_the_switch()
    {
        await using var query = await Built(20);
        _documents.Set("things|1|t3", _documents.Get<ViewDocument<Projections.ThingView>>("things|1|t3")! with { View = new Projections.ThingView("t3", 1, "of another shape", null) });
        await query.Rebuild();
        await _clock.AdvanceUntil(() => Document!.Current == 2);
        Assert.Equal(new Comparison(Same: 19, Changed: 1), Document!.Comparison);
    }

    [Fact]
    public async Task While_the_source_is_away_a_build_waits_and_says_why()
    {
        await using var query = await Built(500);
        _source.Before = () =>
        {
            _source.IsDown = Document!.Building?.Done > 0;
            return Task.CompletedTask;
        };
        await query.Rebuild();
        await _clock.AdvanceUntil(() => Document!.Building is { State: BuildState.Waiting });
        Assert.Contains("nobody there", Document!.Building!.Reason, StringComparison.Ordinal);
        Assert.Equal("n7", (await query.Views.Find("t7", Cancellation))!.Name);
        _source.Before = () => Task.CompletedTask;
        _source.IsDown = false;
        await _clock.AdvanceUntil(() => Document!.Current == 2);
        AssertIsFold(2);
    }

    [Fact]
    public async Task Questions_check_the_generation_every_second_and_nobody_asking_reads_nothing()
    {
        await using var query = await Built(3);
        await query.Views.Find("t1", Cancellation);
        var before = _documents.Calls;
        await query.Views.Find("t1", Cancellation);
        Assert.Equal(1, _documents.Calls - before);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, _documents.Calls - before);
        await query.Views.Find("t1", Cancellation);
        Assert.Equal(3, _documents.Calls - before);
    }

    [Fact]
    public async Task An_answer_never_comes_from_a_generation_that_was_left_while_it_was_read()
    {
        await using var query = await Built(3);
        await query.Views.Find("t1", Cancellation);
        _documents.Before = async (call, key) =>
        {
            if (call == "read" && key == "things|1|t1")
            {
                _documents.Before = (_, _) => Task.CompletedTask;
                await Rebuilt(query, 2);
                _documents.Set("things|1|t1", new ViewDocument<Projections.ThingView> { Id = "t1", Version = 1, Erased = true });
                _clock.Advance(TimeSpan.FromMinutes(1));
            }
        };
        Assert.Equal("n1", (await query.Views.Find("t1", Cancellation))!.Name);
    }

    private async Task<ThingQuery> Built(int things)
    {
        Write(things);
        var query = await ThingQuery.Start(_documents, _source, _clock);
        await _clock.AdvanceUntil(() => Document?.Current == 1);
        return query;
    }

    private async Task Rebuilt(ThingQuery query, int generation)
    {
        _clock.Advance(GenerationDocument.Settled);
        await query.Rebuild();
        await _clock.AdvanceUntil(() => Document!.Current == generation);
        _clock.Advance(GenerationDocument.Settled);
    }

    private void Write(int things)
    {
        for (var number = 0; number < things; number++)
        {
            _source.Write($"t{number}", $"n{number}", $"box{number % 3}");
        }
    }

    private void AssertIsFold(int generation) => Assert.All(_source.Now.Values, fact =>
        Assert.Equal(Projections.Things.When(null, (Projections.PublishedThing)fact.Fact), _documents.Get<ViewDocument<Projections.ThingView>>($"things|{generation}|{fact.Id}")?.View));
}
