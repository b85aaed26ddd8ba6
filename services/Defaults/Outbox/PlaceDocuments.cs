using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Defaults.Outbox;

/// <summary>Reads and writes the documents of the places, each write on top of what was read and only while nobody else has written.</summary>
internal sealed class PlaceDocuments(CommandStore store, TimeProvider time)
{
    private const int Attempts = 8;

    public async Task<(PlaceDocument Document, string ETag)> Read(int place, CancellationToken cancellation)
    {
        var (bytes, etag) = await store.Get(PlaceDocument.KeyOf(place), cancellation);
        return (StoredJson.Read<PlaceDocument>(bytes.Span) ?? PlaceDocument.Unused, etag);
    }

    public async Task<PlaceDocument[]> ReadAll(int places, CancellationToken cancellation)
    {
        var items = await store.GetMany([.. Enumerable.Range(0, places).Select(PlaceDocument.KeyOf)], cancellation);
        return [.. Enumerable.Range(0, places).Select(place =>
            items.TryGetValue(PlaceDocument.KeyOf(place), out var item) ? StoredJson.Read<PlaceDocument>(item.Bytes.Span)! : PlaceDocument.Unused)];
    }

    /// <summary>
    /// Makes one acknowledged change to a place that is still held; null where another has it now. Only an acknowledged write counts, because
    /// its new ETag is what keeps an older write of unknown outcome from landing later.
    /// </summary>
    public async Task<PlaceDocument?> Change(int place, string holder, long term, Func<PlaceDocument, PlaceDocument> change, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (document, etag) = await Read(place, cancellation);
            if (!document.IsHeldBy(holder, term))
            {
                return null;
            }

            var next = change(document);
            if (await TryWrite(place, next, etag, cancellation))
            {
                return next;
            }

            if (attempt == Attempts)
            {
                throw new RefusedException(StoreRefusals.StoreUnavailable);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10 << attempt), time, cancellation);
        }
    }

    /// <summary>False: it failed, or nobody knows. <see cref="Read"/> tells which.</summary>
    public async Task<bool> TryWrite(int place, PlaceDocument document, string etag, CancellationToken cancellation)
    {
        try
        {
            if (etag.Length > 0)
            {
                return await store.Replace(PlaceDocument.KeyOf(place), StoredJson.Bytes(document), etag, cancellation);
            }

            await store.Create(PlaceDocument.KeyOf(place), StoredJson.Bytes(document), cancellation);
            return true;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
