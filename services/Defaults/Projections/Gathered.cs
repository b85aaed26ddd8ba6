using Library.Defaults.ViewStores;

namespace Library.Defaults.Projections;

/// <summary>Asks a projection whose documents are made of many aggregates.</summary>
public sealed class Gathered<TEntry>
    where TEntry : class
{
    private readonly GatheredProjection<TEntry> _projection;
    private readonly IDocuments _documents;
    private readonly Generations _generations;

    internal Gathered(GatheredProjection<TEntry> projection, IDocuments documents, Generations generations) =>
        (_projection, _documents, _generations) = (projection, documents, generations);

    /// <summary>The entries of one document that still say something, by the ids of their aggregates.</summary>
    public async Task<IReadOnlyDictionary<string, TEntry>> Find(string id, CancellationToken cancellation)
    {
        if (!ViewKeys.IsId(id))
        {
            return new Dictionary<string, TEntry>();
        }

        var (document, _) = await _generations.FromCurrent(
            generation => _documents.Read<GatheredDocument<TEntry>>(ViewKeys.Of(_projection.Name, generation, id), cancellation), cancellation);
        return (document?.Entries ?? new Dictionary<string, GatheredEntry<TEntry>>()).Where(one => one.Value.Entry is not null).ToDictionary(one => one.Key, one => one.Value.Entry!);
    }
}
