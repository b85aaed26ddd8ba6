using Defaults.Tests.Projections;
using Defaults.Tests.Views;
using Library.Defaults.Lists;
using Library.Defaults.Projections;

namespace Defaults.Tests.Lists;

public sealed class ListSliceTests
{
    private readonly MemoryDocuments _documents = new();
    private readonly ViewProjection<ThingView> _things = Things.Projection();
    private readonly Views<ThingView> _views;

    public ListSliceTests()
    {
        _documents.Set("generation|things", new GenerationDocument { Last = 1, Current = 1 });
        _views = new Views<ThingView>(_things, _documents, new Generations(_documents, "things", TimeSpan.FromHours(1), TimeProvider.System));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Part_by_part_every_view_is_shown_once_and_in_order()
    {
        for (var number = 0; number < 457; number++)
        {
            await Apply(Things.Fact($"t{number}", 1, $"{number * 31 % 457:D3}", "red"));
        }

        var (seen, parts) = (new List<string>(), 0);
        for (ListPosition? after = null; parts == 0 || after is not null; parts++)
        {
            var part = await _views.List("by-box", "red", 100, after, Cancellation);
            seen.AddRange(part.Items.Select(view => view.Name));
            Assert.Null(ListQuery.Read(100, ListQuery.Text(part.Next), out var query));
            after = query.After;
        }

        Assert.Equal(5, parts);
        Assert.Equal(Enumerable.Range(0, 457).Select(number => $"{number:D3}"), seen);
    }

    [Fact]
    public async Task An_entry_whose_document_moved_is_not_shown_and_removed_by_who_comes_across_it()
    {
        await Apply(Things.Fact("a", 2, "a", "blue"));
        var red = _things.List(_documents, 1, "by-box", "red");
        await red.Put(new ListEntry("a", 1, "a"), Cancellation);
        Assert.Empty(await Box("red"));
        Assert.Empty(await Entries(red));
        Assert.Equal(["a"], (await Box("blue")).Select(view => view.Id));
    }

    [Fact]
    public async Task An_entry_whose_document_died_is_not_shown_and_removed()
    {
        await Apply(Things.Fact("a", 1, "a", "red"), Things.Fact("a", 2, "a", "red", gone: true));
        var red = _things.List(_documents, 1, "by-box", "red");
        await red.Put(new ListEntry("a", 1, "a"), Cancellation);
        Assert.Empty(await Box("red"));
        Assert.Empty(await Entries(red));
    }

    [Fact]
    public async Task An_entry_that_is_earlier_than_its_document_is_not_shown_and_stays()
    {
        var red = _things.List(_documents, 1, "by-box", "red");
        await red.Put(new ListEntry("a", 1, "a"), Cancellation);
        Assert.Empty(await Box("red"));
        Assert.Single(await Entries(red));
        await Apply(Things.Fact("a", 1, "a", "red"));
        await _things.List(_documents, 1, "by-box", "blue").Put(new ListEntry("a", 2, "a"), Cancellation);
        Assert.Empty(await Box("blue"));
        Assert.Single(await Entries(_things.List(_documents, 1, "by-box", "blue")));
        Assert.Equal(["a"], (await Box("red")).Select(view => view.Id));
    }

    [Fact]
    public async Task A_question_is_answered_even_if_wrong_entries_cannot_be_removed()
    {
        await Apply(Things.Fact("a", 2, "a", "blue"));
        await _things.List(_documents, 1, "by-box", "red").Put(new ListEntry("a", 1, "a"), Cancellation);
        _documents.Before = (call, _) => call == "save" ? throw new IOException("read only") : Task.CompletedTask;
        Assert.Empty(await Box("red"));
    }

    [Theory]
    [InlineData("###")]
    [InlineData("YWJj")]
    public void What_no_part_has_said_is_refused_as_after(string after) => Assert.Equal("after-unclear", ListQuery.Read(10, after, out _)!.Code);

    private async Task Apply(params ReadFact[] facts)
    {
        foreach (var fact in facts)
        {
            await _things.Apply(_documents, 1, fact, Cancellation);
        }
    }

    private async Task<IReadOnlyList<ThingView>> Box(string box) => (await _views.List("by-box", box, 100, null, Cancellation)).Items;

    private static async Task<List<ListEntry>> Entries(PagedList list)
    {
        var entries = new List<ListEntry>();
        await foreach (var entry in list.After(null, Cancellation))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
