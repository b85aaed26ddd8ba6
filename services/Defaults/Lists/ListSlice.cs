using Library.Defaults.Deliveries;

namespace Library.Defaults.Lists;

/// <summary>What an entry's document says of it. Without a document there is no version yet; without a value it does not belong here.</summary>
internal sealed record Checked<T>(ListEntry Entry, long? Version, T? Value)
    where T : class
{
    /// <summary>An entry that is newer than its document is about to be right.</summary>
    public bool IsWrong => Value is null && Version >= Entry.Version;
}

/// <summary>A part of a list: what was found, and where the rest begins.</summary>
public sealed record ListSlice<T>(IReadOnlyList<T> Items, ListPosition? Next)
    where T : class
{
    private const int Batch = 100;
    private const int MostRemoved = 20;

    /// <summary>Reads on until enough entries have been confirmed by their documents, and removes those that were found wrong on the way.</summary>
    internal static async Task<ListSlice<T>> Read(
        PagedList list, int limit, ListPosition? after, Func<IReadOnlyList<ListEntry>, Task<IReadOnlyList<Checked<T>>>> check, CancellationToken cancellation)
    {
        var (right, wrong) = (new List<Checked<T>>(), new List<Checked<T>>());
        await foreach (var entries in list.After(after, cancellation).Chunk(Math.Min(limit + 1, Batch)))
        {
            var known = await check(entries);
            right.AddRange(known.Where(one => one.Value is not null));
            wrong.AddRange(known.Where(one => one.IsWrong));
            if (right.Count > limit)
            {
                break;
            }
        }

        await Remove(list, wrong.Take(MostRemoved), cancellation);
        var items = right.Take(limit).ToList();
        return new ListSlice<T>([.. items.Select(one => one.Value!)], right.Count > limit ? items[^1].Entry.Position : null);
    }

    /// <summary>The next question may do it as well, so this one does not fail for it.</summary>
    private static async Task Remove(PagedList list, IEnumerable<Checked<T>> wrong, CancellationToken cancellation)
    {
        try
        {
            foreach (var one in wrong)
            {
                await list.Remove(one.Entry.Position, one.Version!.Value, cancellation);
            }
        }
        catch (Exception problem) when (Trouble.Passes(problem) && !cancellation.IsCancellationRequested)
        {
        }
    }
}
