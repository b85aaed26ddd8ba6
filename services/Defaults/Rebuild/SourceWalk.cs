using Library.Defaults.Facts;
using Library.Defaults.Projections;
using Library.Defaults.Stores;

namespace Library.Defaults.Rebuild;

/// <summary>The facts of one projection as its source has them now, page by page.</summary>
internal sealed class SourceWalk(FactsSource source, Projection projection)
{
    private const int PageSize = 200;

    /// <summary>The newest fact of each aggregate on the page; what cannot be understood is counted.</summary>
    public async Task<(FactsPage Page, IReadOnlyList<ReadFact> Facts, int Unreadable)> Read(int place, long from, CancellationToken cancellation, int most = PageSize)
    {
        var page = await source(projection.Source, place, from, most, cancellation);
        var newest = new Dictionary<string, ReadFact>();
        var unreadable = 0;
        foreach (var item in page.Items.Where(item => projection.Topics.Contains(item.Topic)))
        {
            try
            {
                var fact = projection.Read(item.Topic, item.Fact, StoredJson.Options);
                newest[fact.Id] = newest.TryGetValue(fact.Id, out var known) && known.Version > fact.Version ? known : fact;
            }
            catch (UnreadableFactException)
            {
                unreadable++;
            }
        }

        return (page, [.. newest.Values], unreadable);
    }

    /// <summary>All facts there are, once.</summary>
    public async Task ForEach(Func<ReadFact, Task> act, CancellationToken cancellation)
    {
        for (var (place, places) = (0, 1); place < places; place++)
        {
            for (var (from, limit) = (0L, 1L); from < limit;)
            {
                var (page, facts, _) = await Read(place, from, cancellation);
                foreach (var fact in facts)
                {
                    await act(fact);
                }

                (places, limit, from) = (page.Places, page.Limit, Math.Max(page.Next, from + 1));
            }
        }
    }
}
