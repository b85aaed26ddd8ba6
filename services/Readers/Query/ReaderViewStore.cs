using Library.Defaults.Lists;
using Library.Defaults.Projections;

namespace Library.Readers.Query;

internal sealed class ReaderViewStore(Views<ReaderView> readers)
{
    public Task<ReaderView?> Find(string id, CancellationToken cancellation) => readers.Find(id, cancellation);

    public Task<ListSlice<ReaderView>> WithEmail(string email, ListQuery query, CancellationToken cancellation) =>
        readers.List(ReaderProjection.ByEmail, ReaderProjection.Normalised(email), query.Limit, query.After, cancellation);
}
