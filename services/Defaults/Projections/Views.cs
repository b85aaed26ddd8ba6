using Library.Defaults.Lists;
using Library.Defaults.ViewStores;

namespace Library.Defaults.Projections;

/// <summary>Asks a projection: one view by its id, or the views of a list, always from the current generation.</summary>
public sealed class Views<TView>
    where TView : class
{
    private readonly ViewProjection<TView> _projection;
    private readonly IDocuments _documents;
    private readonly Generations _generations;

    internal Views(ViewProjection<TView> projection, IDocuments documents, Generations generations) =>
        (_projection, _documents, _generations) = (projection, documents, generations);

    public string Name => _projection.Name;

    /// <summary>Null for what never was, and for what is no more.</summary>
    public async Task<TView?> Find(string id, CancellationToken cancellation) => (await Document(id, cancellation))?.View;

    public Task<ListSlice<TView>> List(string list, string value, int limit, ListPosition? after, CancellationToken cancellation) =>
        _generations.FromCurrent(
            generation => ListSlice<TView>.Read(
                _projection.List(_documents, generation, list, value), limit, after, entries => Check(generation, list, ViewKeys.Hash(value), entries, cancellation), cancellation),
            cancellation);

    /// <summary>Of the fact that was applied last; 0 for none.</summary>
    internal async Task<long> VersionOf(string id, CancellationToken cancellation) => (await Document(id, cancellation))?.Version ?? 0;

    private async Task<ViewDocument<TView>?> Document(string id, CancellationToken cancellation) =>
        !ViewKeys.IsId(id) ? null
        : (await _generations.FromCurrent(generation => _documents.Read<ViewDocument<TView>>(ViewKeys.Of(Name, generation, id), cancellation), cancellation)).Value;

    private async Task<IReadOnlyList<Checked<TView>>> Check(int generation, string list, string hash, IReadOnlyList<ListEntry> entries, CancellationToken cancellation)
    {
        var documents = await _documents.ReadAll<ViewDocument<TView>>([.. entries.Select(entry => ViewKeys.Of(Name, generation, entry.Id))], cancellation);
        return [.. entries.Zip(documents, (entry, document) => new Checked<TView>(entry, document?.Version, document?.Listed?.Contains(new Listing(list, hash, entry.Sort)) == true ? document.View : null))];
    }
}
