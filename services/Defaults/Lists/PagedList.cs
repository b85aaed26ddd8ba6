using System.Runtime.CompilerServices;
using Library.Defaults.ViewStores;

namespace Library.Defaults.Lists;

/// <summary>
/// One sorted list in pages "{name}|{page}", which many processes may change at once: every change is one write of one page with its ETag.
/// RATIONALE.md says why it is right at any instant of a split.
/// </summary>
internal sealed class PagedList(IDocuments documents, string name)
{
    private const int TooFar = 3;

    /// <summary>A list that begins with one entry: what a transaction creates instead of asking whether there is one already.</summary>
    public static (string Key, ListPage Page) Begin(string name, ListEntry entry) => (Key(name, 0), new ListPage { Entries = [entry] });

    private readonly record struct Found(int Number, ListPage Page, string? Etag);

    public Task Put(ListEntry entry, CancellationToken cancellation) => Change(entry.Position, page => page.With(entry), cancellation);

    /// <summary>Removes the entry unless it is newer than <paramref name="upTo"/>.</summary>
    public Task Remove(ListPosition position, long upTo, CancellationToken cancellation) => Change(position, page => page.Without(position, upTo), cancellation);

    /// <summary>Puts or removes many, with one write for each page that they meet.</summary>
    public async Task Change(IReadOnlyList<(ListEntry Entry, bool IsPut)> changes, CancellationToken cancellation)
    {
        var left = new Queue<(ListEntry Entry, bool IsPut)>(changes.OrderBy(change => change.Entry.Position, Comparer<ListPosition>.Create((one, other) => one.Against(other))).ThenBy(change => change.Entry.Version));
        while (left.TryPeek(out var first))
        {
            var done = 0;
            await Change(first.Entry.Position, page =>
            {
                var changed = page;
                done = 0;
                foreach (var (entry, isPut) in left.TakeWhile(change => page.Holds(change.Entry.Position) && changed.Entries.Count <= ListPage.MostEntries))
                {
                    changed = (isPut ? changed.With(entry) : changed.Without(entry.Position, entry.Version)) ?? changed;
                    done++;
                }

                return ReferenceEquals(changed, page) ? null : changed;
            }, cancellation);
            for (; done > 0; done--)
            {
                left.Dequeue();
            }
        }
    }

    /// <summary>All entries behind the position, in order.</summary>
    public async IAsyncEnumerable<ListEntry> After(ListPosition? position, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var page = (await Find(position ?? new ListPosition("", ""), cancellation))?.Page ?? (await Load(0, cancellation)).Page;
        while (true)
        {
            foreach (var entry in page.Entries.Where(entry => position is null || entry.Position.Against(position) > 0))
            {
                yield return entry;
            }

            if (page.End is null)
            {
                yield break;
            }

            page = (await Load(page.Next, cancellation)).Page;
        }
    }

    /// <summary>For a list that nobody reads or changes any more.</summary>
    public async Task Delete(CancellationToken cancellation)
    {
        var (number, next) = (0, 0);
        do
        {
            next = (await Load(number, cancellation)).Page.Next;
            await documents.Delete(Key(number), cancellation);
            number = next;
        }
        while (next != 0);
    }

    private Task Change(ListPosition position, Func<ListPage, ListPage?> change, CancellationToken cancellation) =>
        Race.Win(async () => await Find(position, cancellation) is { } found && (change(found.Page) is not { } changed || await Save(found, changed, position, cancellation)), cancellation);

    private async Task<bool> Save(Found found, ListPage changed, ListPosition position, CancellationToken cancellation)
    {
        if (changed.Entries.Count > ListPage.MostEntries)
        {
            return await Split(found, changed, position, cancellation);
        }

        var closed = changed.Entries.Count == 0 && found.Number != 0 && changed.End is not null;
        return await documents.Save(Key(found.Number), changed with { Closed = closed }, found.Etag, cancellation);
    }

    /// <summary>The right half is written first, where nobody sees it yet; the one write of the left half makes it part of the list.</summary>
    private async Task<bool> Split(Found found, ListPage full, ListPosition added, CancellationToken cancellation)
    {
        var atTheEnd = full.End is null && full.Entries[^1].Position == added;
        var keep = atTheEnd ? full.Entries.Count - 1 : full.Entries.Count / 2;
        var number = await FreePage(full, cancellation);
        var start = full.Entries[keep].Position;
        var right = new ListPage { Entries = [.. full.Entries.Skip(keep)], End = full.End, Next = full.Next };
        var left = full with { Entries = [.. full.Entries.Take(keep)], End = start, Next = number };
        if (!await documents.Save(Key(number), right, etag: null, cancellation) || !await documents.Save(Key(found.Number), left, found.Etag, cancellation))
        {
            return false;
        }

        await Remember(new PageStart(start.Sort, start.Id, number), cancellation);
        return true;
    }

    private async Task<int> FreePage(ListPage page, CancellationToken cancellation)
    {
        var first = (await Load(0, cancellation)).Page;
        var number = first.Starts.Select(start => start.Page).Append(page.Next).Append(first.Next).Max() + 1;
        while ((await documents.Read<ListPage>(Key(number), cancellation)).Etag is not null)
        {
            number++;
        }

        return number;
    }

    /// <summary>The page that holds the position; null when a write that this needs was lost to another.</summary>
    private async Task<Found?> Find(ListPosition position, CancellationToken cancellation)
    {
        var first = await Load(0, cancellation);
        if (first.Page.Holds(position))
        {
            return first;
        }

        var from = first;
        if (first.Page.Starts.LastOrDefault(start => start.Position.Against(position) <= 0) is { } start)
        {
            from = await Load(start.Page, cancellation);
            if (from.Page.Closed || from.Etag is null)
            {
                await Forget(first, start.Page, cancellation);
                from = first;
            }
        }

        return await Walk(from, position, cancellation);
    }

    private async Task<Found?> Walk(Found from, ListPosition position, CancellationToken cancellation)
    {
        for (var steps = 0; ; steps++)
        {
            if (from.Page.Holds(position))
            {
                if (steps > TooFar && from.Page.Entries.Count > 0)
                {
                    await Remember(new PageStart(from.Page.Entries[0].Sort, from.Page.Entries[0].Id, from.Number), cancellation);
                }

                return from;
            }

            var next = await Load(from.Page.Next, cancellation);
            if (!next.Page.Closed)
            {
                from = next;
                continue;
            }

            // A closed page never opens again, so the one before it may reach over its range.
            var over = from.Page with { End = next.Page.End, Next = next.Page.Next };
            if (!await documents.Save(Key(from.Number), over, from.Etag, cancellation))
            {
                return null;
            }

            from = await Load(from.Number, cancellation);
        }
    }

    /// <summary>Only a hint: when it is lost, the way is longer.</summary>
    private async Task Remember(PageStart start, CancellationToken cancellation)
    {
        var first = await Load(0, cancellation);
        if (first.Page.Starts.Count < ListPage.MostStarts && first.Page.Starts.All(known => known.Page != start.Page))
        {
            await documents.Save(Key(0), first.Page with { Starts = [.. first.Page.Starts.Where(known => known.Position.Against(start.Position) < 0), start, .. first.Page.Starts.Where(known => known.Position.Against(start.Position) >= 0)] }, first.Etag, cancellation);
        }
    }

    private Task Forget(Found first, int page, CancellationToken cancellation) =>
        documents.Save(Key(0), first.Page with { Starts = [.. first.Page.Starts.Where(start => start.Page != page)] }, first.Etag, cancellation);

    private async Task<Found> Load(int number, CancellationToken cancellation)
    {
        var (page, etag) = await documents.Read<ListPage>(Key(number), cancellation);
        return new Found(number, page ?? new ListPage(), etag);
    }

    private string Key(int number) => Key(name, number);

    private static string Key(string name, int number) => $"{name}|{number}";
}
