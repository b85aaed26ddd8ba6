using Sidecar.State;

namespace Sidecar.Tests.State;

public abstract partial class StrictStateStoreConformance
{
    /// <summary>Looks over all writes of a transaction before it compares the first ETag.</summary>
    protected virtual bool ChecksOptionsBeforeETags => false;

    [Fact]
    public async Task A_stale_etag_in_a_transaction_undoes_all_of_it()
    {
        var stale = await SaveAndGetETagAsync(Json(Key("k"), "1"));
        var current = await SaveAndGetETagAsync(Json(Key("k"), "2"));
        await SaveAsync(Json(Key("gone"), "1"));
        var refusal = await RefusalAsync(() => TransactAsync(
            Json(Key("a"), "9"), Delete(Key("gone")), Json(Key("k"), "9") with { ETag = stale }, Json(Key("z"), "9")));
        AssertRefused(refusal, StateFailure.ETagMismatch, StaleETag(Key("k"), current, stale));
        await AssertHasAsync(("a", null), ("gone", "1"), ("k", "2"), ("z", null));
    }

    [Fact]
    public async Task A_second_creation_in_a_transaction_undoes_all_of_it()
    {
        await SaveAsync(Create(Key("k"), "1"));
        var refusal = await RefusalAsync(() => TransactAsync(Json(Key("a"), "9"), Create(Key("k"), "9")));
        AssertRefused(refusal, SecondCreationKind, SecondCreation(Key("k")));
        await AssertHasAsync(("a", null), ("k", "1"));
    }

    [Fact]
    public async Task The_first_problem_of_a_transaction_is_the_one_that_is_told()
    {
        var stale = await SaveAndGetETagAsync(Json(Key("k"), "1"));
        var current = await SaveAndGetETagAsync(Json(Key("k"), "2"));
        var mismatch = Json(Key("k"), "9") with { ETag = stale };
        var nonsense = Json(Key("a"), "9") with { Concurrency = "third-write" };
        AssertRefused(await RefusalAsync(() => TransactAsync(nonsense, mismatch)), StateFailure.Refused, "unrecognized concurrency model 'third-write'");
        var refusal = await RefusalAsync(() => TransactAsync(mismatch, nonsense));
        if (ChecksOptionsBeforeETags)
        {
            AssertRefused(refusal, StateFailure.Refused, "unrecognized concurrency model 'third-write'");
        }
        else
        {
            AssertRefused(refusal, StateFailure.ETagMismatch, StaleETag(Key("k"), current, stale));
        }

        Assert.Equal("2", await ReadAsync(Key("k")));
    }

    [Fact]
    public async Task A_transaction_of_one_write_is_that_write()
    {
        await TransactAsync(Create(Key("k"), "1"));
        AssertRefused(await RefusalAsync(() => TransactAsync(Create(Key("k"), "2"))), SecondCreationKind, SecondCreation(Key("k")));
        Assert.Equal("1", await ReadAsync(Key("k")));
    }

    [Fact]
    public async Task Transactions_that_race_for_one_key_leave_no_half_of_a_loser()
    {
        var etag = await SaveAndGetETagAsync(Json(Key("k"), "-1"));
        var wins = await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            await Task.Yield();
            try
            {
                await TransactAsync(Json(Key($"before{number}"), "1"), Json(Key("k"), $"{number}") with { ETag = etag }, Create(Key($"after{number}"), "1"));
                return true;
            }
            catch (StateException)
            {
                return false;
            }
        }));
        Assert.Single(wins, won => won);
        for (var number = 0; number < wins.Length; number++)
        {
            var expected = wins[number] ? "1" : null;
            await AssertHasAsync(($"before{number}", expected), ($"after{number}", expected));
        }

        Assert.Equal($"{Array.IndexOf(wins, true)}", await ReadAsync(Key("k")));
    }

    [Fact]
    public async Task Counting_together_with_transactions_loses_no_count()
    {
        await SaveAsync(Json(Key("left"), "0"), Json(Key("right"), "0"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var done = 0; done < 10;)
            {
                var (left, right) = ((await GetAsync(Key("left")))!, (await GetAsync(Key("right")))!);
                try
                {
                    await TransactAsync(Next("right", right), Next("left", left));
                    done++;
                }
                catch (StateException refusal) when (refusal.Failure == StateFailure.ETagMismatch)
                {
                    await Task.Yield();
                }
            }
        }));
        await AssertHasAsync(("left", "80"), ("right", "80"));

        StateWrite Next(string name, StateItem item) => Json(Key(name), $"{int.Parse(item.Data.Span) + 1}") with { ETag = item.ETag };
    }
}
