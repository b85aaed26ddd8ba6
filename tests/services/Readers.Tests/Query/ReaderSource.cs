using System.Text.Json;
using Library.Contracts;
using Library.Contracts.Readers;
using Library.Defaults.Facts;
using Library.Defaults.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Readers.Tests.Query;

/// <summary>The command side of readers, as far as the query side sees it: facts in four places, answered with each reader's state of now.</summary>
internal sealed class ReaderSource
{
    private const int Places = 4;
    private readonly Lock _gate = new();
    private readonly List<(string Id, long Version, string Topic)>[] _entries = [.. Enumerable.Range(0, Places).Select(_ => new List<(string, long, string)>())];
    private readonly Dictionary<string, PublishedReader> _now = [];

    public PublishedReader Now(string id)
    {
        lock (_gate)
        {
            return _now[id];
        }
    }

    public IReadOnlyList<PublishedReader> All()
    {
        lock (_gate)
        {
            return [.. _now.Values];
        }
    }

    /// <summary>The next fact of a reader: created, confirmed, changed, cancelled, erased, as its state says.</summary>
    public Written Write(string id, ReaderState state, string name, string email)
    {
        lock (_gate)
        {
            var before = _now.GetValueOrDefault(id);
            var version = (before?.Version ?? 0) + 1;
            var (topic, fact) = (before, state) switch
            {
                (_, ReaderState.Cancelled) => (ReaderCancelled.Topic, (PublishedReader)new ReaderCancelled(id, version, state, null, null, null, null)),
                (_, ReaderState.Erased) => (ReaderErased.Topic, new ReaderErased(id, version, state, null, null, null, null)),
                (null, _) => (ReaderCreated.Topic, new ReaderCreated(id, version, state, name, email, null, null)),
                ({ State: ReaderState.Pending }, ReaderState.Active) => (ReaderConfirmed.Topic, new ReaderConfirmed(id, version, state, name, email, null, null)),
                _ => (ReaderProfileChanged.Topic, new ReaderProfileChanged(id, version, state, name, email, null, null)),
            };
            _now[id] = fact;
            var place = (int)((uint)id.GetHashCode(StringComparison.Ordinal) % Places);
            _entries[place].Add((id, version, topic));
            return new Written(topic, fact, new Position(place, _entries[place].Count - 1, DateTimeOffset.UnixEpoch));
        }
    }

    public PlacePublished Progress(int place, bool quiet)
    {
        lock (_gate)
        {
            var latest = _entries[place].Select((entry, number) => (entry.Topic, number)).GroupBy(entry => entry.Topic).ToDictionary(topic => topic.Key, topic => (long)topic.Last().number);
            return new PlacePublished(place, _entries[place].Count, DateTimeOffset.UnixEpoch, quiet, latest);
        }
    }

    public void Map(WebApplication app) => app.MapGet("/facts", (int place, long from, int limit) => TypedResults.Json(Read(place, from, limit), StoredJson.Options));

    private FactsPage Read(int place, long from, int limit)
    {
        lock (_gate)
        {
            var entries = _entries[place];
            var next = Math.Max(from, Math.Min(from + limit, entries.Count));
            var items = entries.Skip((int)from).Take((int)(next - from)).Select((entry, i) =>
                new WrittenFact(from + i, entry.Topic, "Reader", entry.Version, DateTimeOffset.UnixEpoch, Body(_now[entry.Id])));
            return new FactsPage([.. items], next, entries.Count, entries.Count, Places);
        }
    }

    internal static JsonElement Body(PublishedReader fact) => JsonSerializer.SerializeToElement(fact, fact.GetType(), StoredJson.Options);
}

internal sealed record Written(string Topic, PublishedReader Fact, Position Position)
{
    public object Message => new { position = Position, fact = ReaderSource.Body(Fact) };

    public string Id => $"{Fact.Id}/{Fact.Version}";
}
