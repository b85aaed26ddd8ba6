using Library.Defaults.Refusals;

namespace Library.Defaults.Outbox;

/// <summary>Settles what a former holder left open: publishes the entries that exist, and creates the others empty so that they never will.</summary>
internal sealed class TakeOver(Entries entries, Publisher publisher, TimeProvider time)
{
    private const int Step = 64;

    public async Task Run(Place place, long from, long to)
    {
        while (from < to && !place.IsLost)
        {
            try
            {
                var count = (int)Math.Min(Step, to - from);
                var known = await entries.ReadMany(place.Index, from, count, publisher.Stopping);
                await Task.WhenAll(Enumerable.Range(0, count).Select(i => Settle(place, from + i, known.GetValueOrDefault(from + i))));
                from += count;
            }
            catch (RefusedException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time, publisher.Stopping);
            }
        }
    }

    private async Task Settle(Place place, long number, Entry? entry)
    {
        entry ??= (await entries.Fill(place.Index, number, publisher.Stopping)).Entry;
        if (entry is null or { IsEmpty: true })
        {
            place.Numbers.Settled(number);
        }
        else
        {
            await publisher.Publish(place, number, entry, default);
        }
    }
}
