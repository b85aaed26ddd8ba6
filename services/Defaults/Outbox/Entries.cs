using Library.Defaults.Stores;

namespace Library.Defaults.Outbox;

internal enum Outcome
{
    Happened,

    /// <summary>We created the entry empty.</summary>
    Prevented,

    /// <summary>It was empty already: most likely somebody else holds the place now.</summary>
    Barred,
}

/// <summary>Reads entries, and settles numbers whose transaction has an unknown outcome.</summary>
internal sealed class Entries(CommandStore store, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public async Task<Entry?> Read(int place, long number, CancellationToken cancellation) =>
        StoredJson.Read<Entry>((await store.Get(Entry.KeyOf(place, number), cancellation)).Bytes.Span);

    /// <summary>Those from <paramref name="from"/> on that a bulk read shows; one that is missing may exist all the same.</summary>
    public async Task<IReadOnlyDictionary<long, Entry>> ReadMany(int place, long from, int count, CancellationToken cancellation)
    {
        var keys = Enumerable.Range(0, count).Select(i => from + i).ToDictionary(number => Entry.KeyOf(place, number));
        var items = await store.GetMany(keys.Keys, cancellation);
        return items.ToDictionary(item => keys[item.Key], item => StoredJson.Read<Entry>(item.Value.Bytes.Span)!);
    }

    /// <summary>Asks until it is known; ends without an answer only when cancelled.</summary>
    public async Task<Outcome> Settle(int place, long number, string identity, CancellationToken cancellation)
    {
        var (created, entry) = await Fill(place, number, cancellation);
        return created ? Outcome.Prevented : entry!.Identity == identity ? Outcome.Happened : Outcome.Barred;
    }

    /// <summary>Creates the entry empty, or returns the one that is there.</summary>
    public async Task<(bool Created, Entry? Entry)> Fill(int place, long number, CancellationToken cancellation)
    {
        for (var wait = TimeSpan.FromMilliseconds(25); ; wait = wait < Longest ? wait * 2 : wait)
        {
            try
            {
                await store.Create(Entry.KeyOf(place, number), Entry.Empty, cancellation);
                return (true, null);
            }
            catch (Exception) when (!cancellation.IsCancellationRequested)
            {
                // Stores refuse a second creation in different ways, and an answer may be lost: only reading tells.
            }

            try
            {
                if (await Read(place, number, cancellation) is { } entry)
                {
                    return (false, entry);
                }
            }
            catch (Refusals.RefusedException)
            {
                // The store cannot be read either; it is asked again.
            }

            await Task.Delay(wait, time, cancellation);
        }
    }
}
