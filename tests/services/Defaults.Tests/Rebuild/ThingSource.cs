using System.Text.Json;
using Defaults.Tests.Projections;
using Library.Defaults.Facts;
using Library.Defaults.Projections;
using Library.Defaults.Stores;

namespace Defaults.Tests.Rebuild;

/// <summary>The command service of things: entries in places, each answered with its aggregate's state of now.</summary>
internal sealed class ThingSource(int places = 2)
{
    private readonly Lock _gate = new();
    private readonly List<(string Id, long Version, string Topic)>[] _entries = [.. Enumerable.Range(0, places).Select(_ => new List<(string, long, string)>())];
    private readonly Dictionary<string, ReadFact> _now = [];

    /// <summary>Called before each answer.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    public bool IsDown { get; set; }

    public int Asked { get; private set; }

    public IReadOnlyDictionary<string, ReadFact> Now
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, ReadFact>(_now);
            }
        }
    }

    public ReadFact Write(string id, string name, string? box = null, bool gone = false)
    {
        lock (_gate)
        {
            var fact = Things.Fact(id, (_now.GetValueOrDefault(id)?.Version ?? 0) + 1, name, box, gone);
            _now[id] = fact;
            _entries[Math.Abs(id.GetHashCode(StringComparison.Ordinal)) % places].Add((id, fact.Version, fact.Topic));
            return fact;
        }
    }

    public async Task<FactsPage> Read(string app, int place, long from, int limit, CancellationToken cancellation)
    {
        Asked++;
        await Before();
        if (IsDown)
        {
            throw new HttpRequestException("nobody there");
        }

        lock (_gate)
        {
            var entries = _entries[place];
            var next = Math.Max(from, Math.Min(from + limit, entries.Count));
            var items = entries.Skip((int)from).Take((int)(next - from)).Select((entry, i) => new WrittenFact(
                from + i, entry.Topic, "Thing", entry.Version, DateTimeOffset.UnixEpoch, Body(entry.Id)));
            return new FactsPage([.. items], next, entries.Count, entries.Count, places);
        }
    }

    private JsonElement Body(string id) => JsonSerializer.SerializeToElement(_now[id].Fact, _now[id].Fact.GetType(), StoredJson.Options);
}
