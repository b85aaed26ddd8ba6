using System.Text.Json;
using Library.Defaults.Outbox;
using Library.Defaults.Stores;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Facts;

/// <summary>Reads what the outbox holds. A bulk read hides errors of single keys, so what it does not show is asked for once more.</summary>
internal sealed class WrittenFacts(CommandStore store, Entries entries, PlaceDocuments places, PublishedStates states, IOptions<OutboxOptions> options)
{
    public async Task<FactsPage> Read(int place, long from, int most, CancellationToken cancellation)
    {
        var document = (await places.Read(place, cancellation)).Document;
        var next = Math.Max(from, Math.Min(from + most, document.Limit));
        var written = await Entries(place, from, (int)(next - from), cancellation);
        var aggregates = await Aggregates([.. written.Where(entry => entry.Entry.Message is null).Select(entry => entry.Entry.Key!).Distinct()], cancellation);
        var items = written.Select(entry => new WrittenFact(
            entry.Number, entry.Entry.Topic!, entry.Entry.Type!, entry.Entry.Version, entry.Entry.At,
            entry.Entry.Message ?? JsonElement.Parse(states.Show(entry.Entry.Key!, aggregates[entry.Entry.Key!]).Span)));
        return new FactsPage([.. items], next, document.Limit, document.Published, options.Value.Places);
    }

    private async Task<List<(long Number, Entry Entry)>> Entries(int place, long from, int count, CancellationToken cancellation)
    {
        var shown = await entries.ReadMany(place, from, count, cancellation);
        var written = new List<(long, Entry)>(count);
        for (var number = from; number < from + count; number++)
        {
            if ((shown.GetValueOrDefault(number) ?? await entries.Read(place, number, cancellation)) is { IsEmpty: false } entry)
            {
                written.Add((number, entry));
            }
        }

        return written;
    }

    private async Task<Dictionary<string, ReadOnlyMemory<byte>>> Aggregates(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        var shown = await store.GetMany(keys, cancellation);
        var all = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var key in keys)
        {
            all[key] = shown.TryGetValue(key, out var item) ? item.Bytes : (await store.Get(key, cancellation)).Bytes;
        }

        return all;
    }
}
