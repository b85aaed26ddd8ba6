using Library.Contracts.Users;
using Library.Defaults.Refusals;
using Library.Defaults.ViewStores;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Auth.Sessions;

/// <summary>
/// The sessions that have ended, in pages that go when all their tokens would have. A page is written before the index that names it, and deleted by the
/// change after the one that names it no more: whatever a crash leaves behind, the same message again or the next one puts right.
/// </summary>
internal sealed class EndedStore(IDocuments documents, IOptions<AuthOptions> options, TimeProvider time)
{
    private const int MostPages = 2048;
    private const string Index = "sessions-ended";

    public async Task<EndedIndex> ReadIndex(CancellationToken cancellation) => (await documents.Read<EndedIndex>(Index, cancellation)).Value ?? EndedIndex.None;

    public Task<IReadOnlyList<EndedPage?>> ReadPages(IReadOnlyList<long> pages, CancellationToken cancellation) =>
        documents.ReadAll<EndedPage>([.. pages.Select(Key)], cancellation);

    public Task Add(SessionsEnded ended, CancellationToken cancellation) => Race.Win(async () =>
    {
        var (found, etag) = await documents.Read<EndedIndex>(Index, cancellation);
        var index = WithoutPast(found ?? EndedIndex.None);
        var (number, page, pageTag) = await Room(index, cancellation);
        if (index.Pages.Count >= MostPages)
        {
            throw new RefusedException(StoreRefusals.StoreUnavailable);
        }

        if (!page.Ended.Contains(ended) && !await documents.Save(Key(number), page with { Ended = [.. page.Ended, ended] }, pageTag, cancellation))
        {
            return false;
        }

        foreach (var gone in found?.Gone ?? [])
        {
            await documents.Delete(Key(gone), cancellation);
        }

        var until = index.Pages.Where(place => place.Page == number).Select(place => place.Until).Append(ended.Until).Max();
        return await documents.Save(
            Index, index with { Epoch = index.Epoch + 1, LastPage = number, Pages = [.. index.Pages.Where(place => place.Page != number), new EndedPlace(number, until)] }, etag, cancellation);
    }, cancellation);

    private EndedIndex WithoutPast(EndedIndex index)
    {
        var past = index.Pages.Where(place => place.Until + options.Value.ClockSkew < time.GetUtcNow()).ToList();
        return index with { Pages = [.. index.Pages.Except(past)], Gone = [.. past.Select(place => place.Page)] };
    }

    /// <summary>The last page, or one behind it when that is full or gone. A number is used for one page only.</summary>
    private async Task<(long Number, EndedPage Page, string? Etag)> Room(EndedIndex index, CancellationToken cancellation)
    {
        for (var number = index.Pages.Count == 0 ? index.LastPage + 1 : index.LastPage; ; number++)
        {
            var (page, etag) = await documents.Read<EndedPage>(Key(number), cancellation);
            if (page is null || page.Ended.Count < EndedPage.Most)
            {
                return (number, page ?? new EndedPage([]), etag);
            }
        }
    }

    private static string Key(long page) => $"{Index}|{page}";
}
