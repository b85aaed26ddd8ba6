using Defaults.Tests.Views;
using FsCheck;
using FsCheck.Fluent;
using Library.Defaults.Lists;
using Library.Defaults.Projections;
using Library.Defaults.Stores;

namespace Defaults.Tests.Projections;

public sealed class ViewProjectionTests
{
    private readonly MemoryDocuments _documents = new();
    private readonly ViewProjection<ThingView> _things = Things.Projection();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_older_fact_is_ignored()
    {
        await Apply(Things.Fact("a", 2, "second"), Things.Fact("a", 1, "first"));
        Assert.Equal((2, "second"), (Document("a").Version, Document("a").View!.Name));
    }

    [Fact]
    public async Task An_equal_fact_is_applied_again()
    {
        await Apply(Things.Fact("a", 2, "second", "red"));
        _documents.Set("things|1|a", Document("a") with { View = new ThingView("a", 2, "spoilt", "red") });
        await Apply(Things.Fact("a", 2, "second", "red"));
        Assert.Equal("second", Document("a").View!.Name);
    }

    [Fact]
    public async Task A_newer_fact_is_applied()
    {
        await Apply(Things.Fact("a", 1, "first"), Things.Fact("a", 2, "second"));
        Assert.Equal("second", Document("a").View!.Name);
    }

    [Fact]
    public async Task Index_pages_are_written_first_and_the_versioned_document_last()
    {
        await Apply(Things.Fact("a", 1, box: "red"));
        var written = new List<string>();
        _documents.Saved = key =>
        {
            written.Add(key.StartsWith("index", StringComparison.Ordinal) && Page(key).Entries.Count == 0 ? "left" : key.Split('|')[0]);
            return Task.CompletedTask;
        };
        await Apply(Things.Fact("a", 2, box: "blue"));
        Assert.Equal(["index", "things", "left"], written);
    }

    [Fact]
    public async Task What_was_removed_stays_as_a_tombstone_that_no_late_fact_brings_back()
    {
        await Apply(Things.Fact("a", 1, box: "red"), Things.Fact("a", 3, box: "red", gone: true), Things.Fact("a", 2, box: "red"));
        Assert.Equal("""{"schema":1,"id":"a","version":3,"erased":true}""", _documents.Json("things|1|a"));
        Assert.Empty(await Box("red"));
    }

    [Fact]
    public async Task A_fact_that_was_cut_off_anywhere_is_finished_by_its_next_delivery()
    {
        for (var stopAt = 0; stopAt < 12; stopAt++)
        {
            var documents = new MemoryDocuments();
            await _things.Apply(documents, 1, Things.Fact("a", 1, "x", "red"), Cancellation);
            var (calls, stop) = (0, stopAt);
            documents.Before = (_, _) => calls++ == stop ? throw new IOException("cut off") : Task.CompletedTask;
            await Record.ExceptionAsync(() => _things.Apply(documents, 1, Things.Fact("a", 2, "y", "blue"), Cancellation));
            documents.Before = (_, _) => Task.CompletedTask;
            await _things.Apply(documents, 1, Things.Fact("a", 2, "y", "blue"), Cancellation);
            Assert.Equal(("", "a"), (await Entries(documents, "red"), await Entries(documents, "blue")));
        }
    }

    [Fact]
    public async Task The_hash_of_a_value_stands_in_keys_and_not_the_value()
    {
        await Apply(Things.Fact("a", 1, box: "ada@example.org"));
        Assert.DoesNotContain(_documents.Keys, key => key.Contains("ada", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a|b")]
    public void A_fact_whose_id_cannot_be_part_of_a_key_is_unreadable(string id) =>
        Assert.Throws<UnreadableFactException>(() => _things.Read(ThingMade.Topic, Things.Published(Things.Fact(id, 1)).GetProperty("fact"), StoredJson.Options));

    /// <summary>Any order, duplicates, removals, several writers at once: the view is the fold, which is the newest fact of each.</summary>
    [Fact]
    public void The_view_equals_the_fold_of_the_facts()
    {
        var fact = from id in Gen.Elements("a", "b", "c")
                   from version in Gen.Choose(1, 6)
                   select (id, version);
        Prop.ForAll(fact.ListOf().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (facts, seed) =>
        {
            var documents = new MemoryDocuments { Before = async (_, _) => await Task.Yield() };
            Parallel.ForEachAsync(facts, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (one, cancellation) => await _things.Apply(documents, 1, Written(one, seed), cancellation)).GetAwaiter().GetResult();
            return facts.Select(one => one.id).Distinct().All(id => IsFold(documents, Written(facts.Where(one => one.id == id).MaxBy(one => one.version), seed)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    /// <summary>What a version says is decided once, by its aggregate.</summary>
    private static ReadFact Written((string Id, int Version) fact, int seed)
    {
        var random = new Random(HashCode.Combine(seed, fact.Id.Length + fact.Id[0], fact.Version));
        return Things.Fact(fact.Id, fact.Version, $"{random.Next(3)}", random.Next(4) is > 0 and var box ? $"box{box}" : null, random.Next(5) == 0);
    }

    private static bool IsFold(MemoryDocuments documents, ReadFact newest)
    {
        var (document, fact) = (documents.Get<ViewDocument<ThingView>>($"things|1|{newest.Id}")!, (PublishedThing)newest.Fact);
        var listed = Enumerable.Range(1, 3).Where(box => Shown(documents, $"box{box}").Result.Contains(newest.Id)).Select(box => $"box{box}").ToList();
        return document.Version == newest.Version && document.View == Things.When(null, fact) && listed.SequenceEqual(fact is { Gone: false, Box: { } box } ? [box] : []);
    }

    private static async Task<string> Shown(MemoryDocuments documents, string box) => string.Join(',', (await View(documents).List("by-box", box, 100, null, CancellationToken.None)).Items.Select(one => one.Id));

    private async Task<string> Entries(MemoryDocuments documents, string box)
    {
        var ids = new List<string>();
        await foreach (var entry in _things.List(documents, 1, "by-box", box).After(null, Cancellation))
        {
            ids.Add(entry.Id);
        }

        return string.Join(',', ids);
    }

    private static Views<ThingView> View(MemoryDocuments documents)
    {
        documents.Set("generation|things", new GenerationDocument { Last = 1, Current = 1 });
        return new Views<ThingView>(Things.Projection(), documents, new Generations(documents, "things", TimeSpan.FromHours(1), TimeProvider.System));
    }

    private async Task Apply(params ReadFact[] facts)
    {
        foreach (var fact in facts)
        {
            await _things.Apply(_documents, 1, fact, Cancellation);
        }
    }

    private async Task<IReadOnlyList<ThingView>> Box(string box) => (await View(_documents).List("by-box", box, 100, null, Cancellation)).Items;

    private ViewDocument<ThingView> Document(string id) => _documents.Get<ViewDocument<ThingView>>($"things|1|{id}")!;

    private ListPage Page(string key) => _documents.Get<ListPage>(key)!;
}
