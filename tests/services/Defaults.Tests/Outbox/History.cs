using System.Text.Json;
using Library.Defaults.Outbox;
using Library.Defaults.Stores;
using Sidecar.Testing;

namespace Defaults.Tests.Outbox;

/// <summary>All that has happened to the store and at the broker, as the sidecar saw it, and what must be true of it.</summary>
internal sealed class History(TestSidecar sidecar, IReadOnlyCollection<Command> commands)
{
    private readonly List<(SidecarCall Call, Written Write)> _writes =
        [.. sidecar.Calls.Where(call => call.HasHappened).OrderBy(call => call.Order).SelectMany(call => call.Writes.Select(write => (call, write)))];

    private readonly IReadOnlyList<PublishedMessage> _published = [.. sidecar.Published().Where(message => message.Topic is TallyCounted.Topic or TallySigned.Topic)];

    /// <summary>Every place has gone quiet with nothing open.</summary>
    public static bool IsQuiet(TestSidecar sidecar)
    {
        var writes = sidecar.Calls.Where(call => call.HasHappened && call.Writes is [var write] && IsPlace(write.Key)).OrderBy(call => call.Order).Select(call => call.Writes[0]);
        return writes.GroupBy(write => write.Key).Select(place => Read<PlaceDocument>(place.Last())).All(place => place.Quiet && place.Published == place.Limit);
    }

    public async Task Check()
    {
        var tallies = Aggregates();
        foreach (var (id, tally) in tallies)
        {
            Assert.Equal(tally, await sidecar.State<Tally>(TallyService.Store, $"tally|{id}"), SameTally);
        }

        NothingLostOrTwice(tallies);
        NumbersAreIssuedOnce();
        var entries = Entries();
        EntriesFoldToAggregates(entries, tallies);
        EveryCommittedFactIsOut(entries, tallies);
        PublishedNeverPassesWhatIsOpen(entries);
    }

    private static bool SameTally(Tally one, Tally? other) => other is not null && one.Version == other.Version && one.Commands.SequenceEqual(other.Commands);

    private Dictionary<string, Tally> Aggregates()
    {
        var tallies = new Dictionary<string, Tally>(StringComparer.Ordinal);
        foreach (var tally in _writes.Where(write => write.Write.Key.StartsWith("tally|", StringComparison.Ordinal)).Select(write => Read<Tally>(write.Write)).OrderBy(tally => tally.Version))
        {
            var before = tallies.GetValueOrDefault(tally.Id) ?? new Tally(tally.Id, 0, []);
            Assert.True(tally.Version == before.Version + 1 && tally.Commands.SkipLast(1).SequenceEqual(before.Commands), $"{before} was followed by {tally}");
            tallies[tally.Id] = tally;
        }

        return tallies;
    }

    private void NothingLostOrTwice(Dictionary<string, Tally> tallies)
    {
        foreach (var command in commands)
        {
            var times = tallies.TryGetValue(command.Tally, out var tally) ? tally.Commands.Count(done => done == command.Name) : 0;
            Assert.True(times <= 1, $"{command.Name} was done {times} times");
            Assert.True(times == 1 || !command.IsAcknowledged, $"{command.Name} was acknowledged and is lost");
        }
    }

    /// <summary>And only below a limit that the one who issues them has written before.</summary>
    private void NumbersAreIssuedOnce()
    {
        var limits = _writes.Where(write => IsPlace(write.Write.Key)).ToLookup(write => (write.Call.Service, write.Write.Key), write => (write.Call.Number, Read<PlaceDocument>(write.Write).Limit));
        var issued = sidecar.Calls.Where(call => call.Name == Call.ExecuteStateTransaction).SelectMany(call => call.Keys.Where(IsEntry), (call, key) => (call, key)).GroupBy(one => one.key).ToList();
        Assert.All(issued, number => Assert.Single(number));
        foreach (var (call, key) in issued.Select(number => number.Single()))
        {
            var end = key.LastIndexOf('|');
            Assert.True(limits[(call.Service, key[..end])].Any(limit => limit.Number < call.Number && limit.Limit > long.Parse(key[(end + 1)..])), $"{call} used a number that nobody had allowed");
        }
    }

    /// <summary>By the only successful write of each: an entry is created once and never changed.</summary>
    private Dictionary<(int Place, long Number), Entry> Entries()
    {
        var entries = new Dictionary<(int, long), Entry>();
        foreach (var (call, write) in _writes.Where(write => IsEntry(write.Write.Key)))
        {
            var parts = write.Key.Split('|');
            Assert.True(write.Value is not null, $"{write.Key} was deleted by {call}");
            Assert.True(entries.TryAdd((int.Parse(parts[1]), long.Parse(parts[2])), Read<Entry>(write)), $"{write.Key} was written again by {call}");
        }

        return entries;
    }

    private static void EntriesFoldToAggregates(Dictionary<(int Place, long Number), Entry> entries, Dictionary<string, Tally> tallies)
    {
        var facts = entries.Values.Where(entry => !entry.IsEmpty).ToLookup(entry => entry.Key!["tally|".Length..]);
        Assert.Equal(tallies.Keys.Order(), facts.Select(fact => fact.Key).Order());
        foreach (var tally in tallies.Values)
        {
            var inOrder = facts[tally.Id].OrderBy(entry => entry.Version).ToList();
            Assert.Equal(Enumerable.Range(1, (int)tally.Version).Select(version => (long)version), inOrder.Select(entry => entry.Version));
            Assert.All(inOrder.Where(entry => entry.Message is not null), entry => Assert.Equal(tally.Commands[(int)entry.Version - 1], entry.Message!.Value.GetProperty("command").GetString()));
            Assert.All(inOrder, entry => Assert.Equal(entry.Version % 2 == 1, entry.Message is not null));
        }
    }

    private void EveryCommittedFactIsOut(Dictionary<(int Place, long Number), Entry> entries, Dictionary<string, Tally> tallies)
    {
        var sent = _published.ToLookup(message => message.Id);
        foreach (var ((place, number), entry) in entries.Where(entry => !entry.Value.IsEmpty))
        {
            Assert.True(sent[entry.Identity!].Any(message => message.Topic == entry.Topic && message.Type == entry.Type), $"{entry.Identity} of place {place}, number {number}, was never published");
        }

        var committed = entries.Where(entry => !entry.Value.IsEmpty).ToDictionary(entry => entry.Value.Identity!, entry => (entry.Key, entry.Value));
        foreach (var message in _published)
        {
            Assert.True(committed.TryGetValue(message.Id, out var entry), $"{message} was published and never committed");
            var said = message.Read<JsonElement>();
            Assert.Equal(entry.Key, (said.GetProperty("position").GetProperty("place").GetInt32(), said.GetProperty("position").GetProperty("number").GetInt64()));
            var (fact, tally) = (said.GetProperty("fact"), tallies[entry.Value.Key!["tally|".Length..]]);
            var version = fact.GetProperty("version").GetInt32();
            Assert.InRange(version, entry.Value.Version, tally.Version);
            if (message.Topic == TallyCounted.Topic)
            {
                Assert.Equal((entry.Value.Version, tally.Commands[version - 1]), (version, fact.GetProperty("command").GetString()));
            }
            else
            {
                Assert.Equal(tally.Commands.Take(version), fact.GetProperty("commands").EnumerateArray().Select(command => command.GetString()));
            }
        }
    }

    /// <summary>When a place said that all below a number is out, it was: whoever died then left nothing behind that nobody looks for.</summary>
    private void PublishedNeverPassesWhatIsOpen(Dictionary<(int Place, long Number), Entry> entries)
    {
        var byNumber = sidecar.Calls.ToDictionary(call => call.Number);
        var firstOut = _published.GroupBy(message => message.Id).ToDictionary(sent => sent.Key, sent => sent.Min(message => byNumber[message.Call].Order));
        foreach (var (call, write) in _writes.Where(write => IsPlace(write.Write.Key)))
        {
            var place = int.Parse(write.Key.Split('|')[1]);
            var document = Read<PlaceDocument>(write);
            Assert.InRange(document.Published, 0, document.Limit);
            foreach (var (at, entry) in entries.Where(entry => entry.Key.Place == place && entry.Key.Number < document.Published && !entry.Value.IsEmpty))
            {
                Assert.True(firstOut[entry.Identity!] < call.Order, $"{call} said that {document.Published} was out of place {place}, and {at.Number} was not");
            }
        }
    }

    private static bool IsPlace(string key) => key.StartsWith("outbox|", StringComparison.Ordinal) && key.Count(c => c == '|') == 1;

    private static bool IsEntry(string key) => key.StartsWith("outbox|", StringComparison.Ordinal) && key.Count(c => c == '|') == 2;

    private static T Read<T>(Written write) => StoredJson.Read<T>(write.Value!.Value.Span)!;
}
