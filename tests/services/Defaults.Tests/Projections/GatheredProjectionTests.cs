using Defaults.Tests.Views;
using FsCheck;
using FsCheck.Fluent;
using Library.Defaults.Projections;

namespace Defaults.Tests.Projections;

/// <summary>What is in each box: one document per box, one entry per thing.</summary>
public sealed class GatheredProjectionTests
{
    private readonly MemoryDocuments _documents = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_entry_goes_by_its_own_version()
    {
        await Apply(_documents, Things.Fact("a", 5, "new", "red"), Things.Fact("b", 1, "first", "red"), Things.Fact("a", 4, "old", "red"), Things.Fact("b", 2, "second", "red"));
        Assert.Equal([("a", "new"), ("b", "second")], await Box(_documents));
    }

    [Fact]
    public async Task A_removed_entry_stays_as_a_tombstone()
    {
        await Apply(_documents, Things.Fact("a", 2, "gone", "red", gone: true), Things.Fact("a", 1, "late", "red"));
        Assert.Empty(await Box(_documents));
        Assert.Equal("""{"id":"red","entries":{"a":{"version":2}},"schema":1}""", _documents.Json("boxes|1|red"));
    }

    [Fact]
    public async Task An_unknown_document_has_no_entries() => Assert.Empty(await Box(_documents));

    [Fact]
    public void The_document_equals_the_fold_of_the_facts_in_any_order()
    {
        var fact = from id in Gen.Elements("a", "b", "c")
                   from version in Gen.Choose(1, 5)
                   select (id, version);
        Prop.ForAll(fact.ListOf().ToArbitrary(), facts =>
        {
            var documents = new MemoryDocuments { Before = async (_, _) => await Task.Yield() };
            Parallel.ForEachAsync(facts, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (one, _) => await Apply(documents, Written(one))).GetAwaiter().GetResult();
            var newest = facts.GroupBy(one => one.id).Select(one => Written(one.MaxBy(of => of.version))).Where(one => !((PublishedThing)one.Fact).Gone);
            return newest.Select(one => (one.Id, ((PublishedThing)one.Fact).Name)).Order().SequenceEqual(Box(documents).GetAwaiter().GetResult());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    private static ReadFact Written((string Id, int Version) fact) => Things.Fact(fact.Id, fact.Version, $"{fact.Version}", "red", gone: fact.Version % 3 == 0);

    private static GatheredProjection<string> Boxes() => new GatheredProjection<string>("boxes", "thing-command")
        .On<ThingMade>(fact => fact.Box!, (_, fact) => fact.Gone ? null : fact.Name)
        .On<ThingMoved>(fact => fact.Box!, (_, fact) => fact.Gone ? null : fact.Name);

    private static async Task Apply(MemoryDocuments documents, params ReadFact[] facts)
    {
        foreach (var fact in facts)
        {
            await Boxes().Apply(documents, 1, fact, CancellationToken.None);
        }
    }

    private static async Task<IReadOnlyList<(string, string)>> Box(MemoryDocuments documents)
    {
        documents.Set("generation|boxes", new GenerationDocument { Last = 1, Current = 1 });
        var boxes = new Gathered<string>(Boxes(), documents, new Generations(documents, "boxes", TimeSpan.FromHours(1), TimeProvider.System));
        return [.. (await boxes.Find("red", Cancellation)).Select(one => (one.Key, one.Value)).Order()];
    }
}
