using Defaults.Tests.Views;
using FsCheck;
using FsCheck.Fluent;
using Library.Defaults.Lists;
using Library.Defaults.Stores;

namespace Defaults.Tests.Lists;

public sealed class PagedListTests
{
    private readonly MemoryDocuments _documents = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Entries_come_back_in_order_however_they_were_put()
    {
        var list = new PagedList(_documents, "index|people|all");
        foreach (var number in Enumerable.Range(0, 1_000).OrderBy(number => (number * 7_919) % 1_000))
        {
            await list.Put(Entry(number), Cancellation);
        }

        Assert.Equal(Enumerable.Range(0, 1_000).Select(number => $"{number:D5}"), (await All(list)).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Many_changes_at_once_make_the_same_list_as_one_by_one_with_a_write_for_each_page()
    {
        var list = new PagedList(_documents, "index|people|all");
        await list.Change([.. Enumerable.Range(0, 1_000).Select(number => (Entry((number * 7_919) % 1_000), true))], Cancellation);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(number => $"{number:D5}"), (await All(list)).Select(entry => entry.Id));

        var before = _documents.Calls;
        await list.Change([.. Enumerable.Range(0, 50).SelectMany(number => new[] { (Entry(number), false), (Entry(number) with { Version = 2 }, number % 2 == 0) })], Cancellation);

        Assert.Equal(Enumerable.Range(0, 1_000).Where(number => number >= 50 || number % 2 == 0), (await All(list)).Select(entry => int.Parse(entry.Id, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.InRange(_documents.Calls - before, 1, 20);
        Assert.All(_documents.Keys, key => Assert.InRange(_documents.Get<ListPage>(key)!.Entries.Count, 0, 200));
    }

    [Fact]
    public async Task A_page_holds_at_most_200_entries()
    {
        var list = new PagedList(_documents, "index|people|all");
        for (var number = 0; number < 1_000; number++)
        {
            await list.Put(Entry(number), Cancellation);
        }

        Assert.All(_documents.Keys, key => Assert.InRange(_documents.Get<ListPage>(key)!.Entries.Count, 1, 200));
        Assert.InRange(_documents.Keys.Count, 5, 6);
    }

    [Fact]
    public async Task The_way_to_an_entry_stays_short_however_long_the_list_is()
    {
        var list = new PagedList(_documents, "index|people|all");
        for (var number = 0; number < 5_000; number++)
        {
            await list.Put(Entry(number), Cancellation);
        }

        var before = _documents.Calls;
        await list.Put(Entry(2_500) with { Version = 2 }, Cancellation);
        Assert.InRange(_documents.Calls - before, 1, 4);
    }

    [Fact]
    public async Task An_entry_is_removed_only_by_those_who_know_its_version()
    {
        var list = new PagedList(_documents, "index|people|all");
        await list.Put(Entry(1) with { Version = 5 }, Cancellation);
        await list.Remove(Entry(1).Position, upTo: 4, Cancellation);
        Assert.Single(await All(list));
        await list.Put(Entry(1) with { Version = 3 }, Cancellation);
        await list.Remove(Entry(1).Position, upTo: 4, Cancellation);
        Assert.Single(await All(list));
        await list.Remove(Entry(1).Position, upTo: 5, Cancellation);
        Assert.Empty(await All(list));
    }

    [Fact]
    public async Task Pages_that_became_empty_are_left_out_and_their_range_is_used_again()
    {
        var list = new PagedList(_documents, "index|people|all");
        for (var number = 0; number < 2_000; number++)
        {
            await list.Put(Entry(number), Cancellation);
        }

        for (var number = 0; number < 1_900; number++)
        {
            await list.Remove(Entry(number).Position, 1, Cancellation);
        }

        for (var number = 0; number < 1_900; number += 100)
        {
            await list.Put(Entry(number), Cancellation);
        }

        var before = _documents.Calls;
        Assert.Equal(119, (await All(list)).Count);
        Assert.InRange(_documents.Calls - before, 1, 4);
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing()
    {
        _documents.Before = async (_, _) => await Task.Yield();
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_500), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation }, async (number, cancellation) =>
        {
            var list = new PagedList(_documents, "index|people|all");
            await Delivered(() => list.Put(Entry(number), cancellation));
            if (number % 3 == 0)
            {
                await Delivered(() => list.Remove(Entry(number).Position, 1, cancellation));
            }
        });
        Assert.Equal(Enumerable.Range(0, 1_500).Where(number => number % 3 != 0).Select(number => $"{number:D5}"), (await All(new PagedList(_documents, "index|people|all"))).Select(entry => entry.Id));
    }

    [Fact]
    public async Task A_split_that_stops_anywhere_loses_nothing_and_doubles_nothing()
    {
        for (var stopAt = 0; stopAt < 8; stopAt++)
        {
            var documents = new MemoryDocuments();
            var list = new PagedList(documents, "index|people|all");
            for (var number = 0; number < 400; number += 2)
            {
                await list.Put(Entry(number), Cancellation);
            }

            var (calls, stop) = (0, stopAt);
            documents.Before = (_, _) => calls++ >= stop ? throw new IOException("cut off") : Task.CompletedTask;
            await Record.ExceptionAsync(() => list.Put(Entry(201), Cancellation));
            documents.Before = (_, _) => Task.CompletedTask;
            await list.Put(Entry(201), Cancellation);
            Assert.Equal([.. Enumerable.Range(0, 200).Select(number => number * 2).Append(201).Order().Select(number => $"{number:D5}")], (await All(list)).Select(entry => entry.Id));
        }
    }

    /// <summary>Against a sorted set, in any order of puts and removals, with keys that collide.</summary>
    [Fact]
    public void It_says_what_a_sorted_set_says()
    {
        var step = from put in Gen.Frequency((3, Gen.Constant(value: true)), (2, Gen.Constant(value: false)))
                   from sort in Gen.Choose(0, 400)
                   from id in Gen.Choose(0, 2)
                   select (put, entry: new ListEntry($"id{id}", 1, $"{sort:D3}"));
        Prop.ForAll(step.ListOf(1_000).ToArbitrary(), steps =>
        {
            var list = new PagedList(new MemoryDocuments(), "index|people|all");
            var model = new SortedSet<(string, string)>();
            foreach (var (put, entry) in steps)
            {
                (put ? list.Put(entry, Cancellation) : list.Remove(entry.Position, 1, Cancellation)).GetAwaiter().GetResult();
                _ = put ? model.Add((entry.Sort, entry.Id)) : model.Remove((entry.Sort, entry.Id));
            }

            return model.SequenceEqual(All(list).GetAwaiter().GetResult().Select(entry => (entry.Sort, entry.Id)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(8));
    }

    /// <summary>Whoever loses too many races is delivered again.</summary>
    private static async Task Delivered(Func<Task> change)
    {
        while (true)
        {
            try
            {
                await change();
                return;
            }
            catch (RaceLostException)
            {
                // The next delivery.
            }
        }
    }

    private static ListEntry Entry(int number) => new($"{number:D5}", 1, $"{number:D5}");

    private static async Task<List<ListEntry>> All(PagedList list)
    {
        var all = new List<ListEntry>();
        await foreach (var entry in list.After(null, Cancellation))
        {
            all.Add(entry);
        }

        return all;
    }
}
