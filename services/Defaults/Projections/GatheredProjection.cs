using System.Text.Json;
using Library.Contracts;
using Library.Defaults.ViewStores;

namespace Library.Defaults.Projections;

/// <summary>
/// One document made of many aggregates, for instance all fines of a reader. Each aggregate belongs to one document for good, and has an entry in it
/// with a version of its own; removal leaves the entry as a tombstone.
/// </summary>
public sealed class GatheredProjection<TEntry>(string name, string source) : Projection(name, source)
    where TEntry : class
{
    private readonly Dictionary<string, (Func<object, string> Of, Func<TEntry?, object, TEntry?> When)> _when = [];

    /// <param name="of">The id of the document that the fact's aggregate belongs to.</param>
    /// <param name="when">What its entry says after the fact; null when there is nothing more to say.</param>
    public GatheredProjection<TEntry> On<TFact>(Func<TFact, string> of, Func<TEntry?, TFact, TEntry?> when)
        where TFact : IFact
    {
        Takes<TFact>();
        _when.Add(TFact.Topic, (fact => of((TFact)fact), (entry, fact) => when(entry, (TFact)fact)));
        return this;
    }

    internal override Task Apply(IDocuments documents, int generation, ReadFact fact, CancellationToken cancellation) => Race.Win(async () =>
    {
        var key = Key(generation, fact);
        var (read, etag) = await documents.Read<GatheredDocument<TEntry>>(key, cancellation);
        var old = read?.Entries.GetValueOrDefault(fact.Id);
        if (old?.Version > fact.Version)
        {
            return true;
        }

        var entry = new GatheredEntry<TEntry>(fact.Version, _when[fact.Topic].When(old?.Entry, fact.Fact));
        var entries = new Dictionary<string, GatheredEntry<TEntry>>(read?.Entries ?? new Dictionary<string, GatheredEntry<TEntry>>()) { [fact.Id] = entry };
        return await documents.Save(key, new GatheredDocument<TEntry>(_when[fact.Topic].Of(fact.Fact), entries), etag, cancellation);
    }, cancellation);

    internal override async Task<Difference> Compare(IDocuments documents, int old, int young, ReadFact fact, CancellationToken cancellation)
    {
        var before = await Entry(documents, old, fact, cancellation);
        var after = await Entry(documents, young, fact, cancellation);
        return DifferenceOf(before?.Version ?? 0, after?.Version ?? 0, before?.Entry, after?.Entry);
    }

    internal override async Task<long> VersionIn(IDocuments documents, int generation, ReadFact fact, CancellationToken cancellation) =>
        (await Entry(documents, generation, fact, cancellation))?.Version ?? -1;

    internal override Task Delete(IDocuments documents, int generation, ReadFact fact, CancellationToken cancellation) =>
        documents.Delete(Key(generation, fact), cancellation);

    private async Task<GatheredEntry<TEntry>?> Entry(IDocuments documents, int generation, ReadFact fact, CancellationToken cancellation) =>
        (await documents.Read<GatheredDocument<TEntry>>(Key(generation, fact), cancellation)).Value?.Entries.GetValueOrDefault(fact.Id);

    private string Key(int generation, ReadFact fact) =>
        _when[fact.Topic].Of(fact.Fact) is var id && ViewKeys.IsId(id) ? ViewKeys.Of(Name, generation, id)
            : throw new UnreadableFactException($"The fact {fact.Id}/{fact.Version} of {fact.Topic} belongs to no document.");
}

internal sealed record GatheredDocument<TEntry>(string Id, IReadOnlyDictionary<string, GatheredEntry<TEntry>> Entries)
    where TEntry : class
{
    public int Schema { get; init; } = 1;
}

internal sealed record GatheredEntry<TEntry>(long Version, TEntry? Entry)
    where TEntry : class;
