using Library.Contracts;
using Library.Defaults.Lists;
using Library.Defaults.ViewStores;

namespace Library.Defaults.Projections;

/// <summary>
/// One view per aggregate. A fact changes the view, or ends it by answering null; the same fact twice must make the same view.
/// A view may stand in lists, each by a value and a sort key.
/// </summary>
public sealed class ViewProjection<TView>(string name, string source) : Projection(name, source)
    where TView : class
{
    private readonly Dictionary<string, Func<TView?, object, TView?>> _when = [];
    private readonly List<(string List, Func<TView, string?> Value, Func<TView, string> Sort)> _lists = [];

    public ViewProjection<TView> On<TFact>(Func<TView?, TFact, TView?> when)
        where TFact : IFact
    {
        Takes<TFact>();
        _when.Add(TFact.Topic, (view, fact) => when(view, (TFact)fact));
        return this;
    }

    /// <summary>Whoever the fact is about was erased: the view ends, and what is parked here about him is forgotten.</summary>
    public ViewProjection<TView> Erased<TFact>()
        where TFact : IFact
    {
        Erasing<TFact>();
        return On<TFact>((_, _) => null);
    }

    /// <summary>Views without a value are not in the list.</summary>
    public ViewProjection<TView> Listed(string list, Func<TView, string?> value, Func<TView, string> sort)
    {
        _lists.Add((list, value, sort));
        return this;
    }

    internal override Task Apply(IDocuments documents, int generation, ReadFact fact, CancellationToken cancellation) =>
        Race.Win(async () =>
        {
            var key = ViewKeys.Of(Name, generation, fact.Id);
            var (old, etag) = await documents.Read<ViewDocument<TView>>(key, cancellation);
            if (old?.Version > fact.Version)
            {
                return true;
            }

            var young = Next(old, fact);
            foreach (var listing in (young.Listed ?? []).Except(old?.Listed ?? []))
            {
                await List(documents, generation, listing).Put(new ListEntry(fact.Id, fact.Version, listing.Sort), cancellation);
            }

            if (!await documents.Save(key, young, etag, cancellation))
            {
                return false;
            }

            await RemoveEntries(documents, generation, young, old, cancellation);
            return true;
        }, cancellation);

    internal override async Task<Difference> Compare(IDocuments documents, int old, int young, ReadFact fact, CancellationToken cancellation)
    {
        // The old one first: what it has then, the young one must have afterwards.
        var before = (await documents.Read<ViewDocument<TView>>(ViewKeys.Of(Name, old, fact.Id), cancellation)).Value;
        var after = (await documents.Read<ViewDocument<TView>>(ViewKeys.Of(Name, young, fact.Id), cancellation)).Value;
        return DifferenceOf(before?.Version ?? 0, after?.Version ?? 0, before?.View, after?.View);
    }

    internal override async Task<long> VersionIn(IDocuments documents, int generation, ReadFact fact, CancellationToken cancellation) =>
        (await documents.Read<ViewDocument<TView>>(ViewKeys.Of(Name, generation, fact.Id), cancellation)).Value?.Version ?? -1;

    internal override async Task Delete(IDocuments documents, int generation, ReadFact fact, CancellationToken cancellation)
    {
        var key = ViewKeys.Of(Name, generation, fact.Id);
        var old = (await documents.Read<ViewDocument<TView>>(key, cancellation)).Value;
        foreach (var listing in (old?.Listed ?? []).Concat(old?.Left ?? []))
        {
            await List(documents, generation, listing).Delete(cancellation);
        }

        if (old is not null)
        {
            await documents.Delete(key, cancellation);
        }
    }

    internal PagedList List(IDocuments documents, int generation, string list, string value) => List(documents, generation, new Listing(list, ViewKeys.Hash(value), ""));

    private ViewDocument<TView> Next(ViewDocument<TView>? old, ReadFact fact)
    {
        var view = _when[fact.Topic](old?.View, fact.Fact);
        IReadOnlyList<Listing> listed = view is null ? []
            : [.. from list in _lists let value = list.Value(view) where value is not null select new Listing(list.List, ViewKeys.Hash(value), list.Sort(view))];
        var left = (old?.Listed ?? []).Concat(old?.Version == fact.Version ? old.Left ?? [] : []).Except(listed).ToList();
        return new ViewDocument<TView>
        {
            Id = fact.Id,
            Version = fact.Version,
            Erased = view is null,
            View = view,
            Listed = listed.Count == 0 ? null : listed,
            Left = left.Count == 0 ? null : left,
        };
    }

    /// <summary>Only now, when the document says that they are wrong. A tombstone keeps no trace of where it was.</summary>
    private async Task RemoveEntries(IDocuments documents, int generation, ViewDocument<TView> young, ViewDocument<TView>? old, CancellationToken cancellation)
    {
        foreach (var listing in (young.Left ?? []).Concat(old?.Left ?? []).Distinct().Except(young.Listed ?? []))
        {
            await List(documents, generation, listing).Remove(listing.Position(young.Id), young.Version, cancellation);
        }

        if (young is { Erased: true, Left: not null })
        {
            var key = ViewKeys.Of(Name, generation, young.Id);
            var (now, etag) = await documents.Read<ViewDocument<TView>>(key, cancellation);
            if (now?.Version == young.Version)
            {
                await documents.Save(key, young with { Left = null }, etag, cancellation);
            }
        }
    }

    private PagedList List(IDocuments documents, int generation, Listing listing) => new(documents, ViewKeys.List(Name, generation, listing));
}
