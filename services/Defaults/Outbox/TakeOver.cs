using Microsoft.Extensions.Logging;

namespace Library.Defaults.Outbox;

/// <summary>Settles what a former holder left open: publishes the entries that exist, and creates the others empty so that they never will.</summary>
internal sealed partial class TakeOver(Entries entries, Publisher publisher, TimeProvider time, ILogger<TakeOver> log)
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
            catch (Exception exception) when (!publisher.Stopping.IsCancellationRequested)
            {
                LogFailed(place.Index, from, exception);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outbox place {Place}: the numbers from {From} on of its former holder cannot be settled now; again in a second")]
    private partial void LogFailed(int place, long from, Exception exception);
}
