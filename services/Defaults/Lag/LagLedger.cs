using Library.Contracts;
using Library.Defaults.Projections;

namespace Library.Defaults.Lag;

/// <summary>What this process knows of how far a projection is: from its own messages, and from what other replicas have written down.</summary>
internal sealed class LagLedger(Projection projection, TimeProvider time)
{
    private const int MostFailing = 1_000;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly List<(ReadFact Fact, DateTimeOffset Since)> _failing = [];
    private LagDocument _known = new();
    private DateTimeOffset? _behindSince;

    /// <summary>Told when there is something to share or to wait for.</summary>
    public Action News { get; set; } = () => { };

    public LagDocument Known
    {
        get
        {
            lock (_gate)
            {
                return _known;
            }
        }
    }

    public DateTimeOffset? BehindSince
    {
        get
        {
            lock (_gate)
            {
                return _behindSince;
            }
        }
    }

    public IReadOnlyList<(ReadFact Fact, DateTimeOffset Since)> Failing
    {
        get
        {
            lock (_gate)
            {
                return [.. _failing];
            }
        }
    }

    /// <summary>How many facts are missing at most, for how many seconds, and whether the source still speaks.</summary>
    public (long Events, double Seconds, SourceState Source) Now()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var heard = _known.Places.Values.Where(place => place.At != default).ToList();
            var silent = heard.Where(place => !place.Quiet && now - place.At > Silence).Select(place => (DateTimeOffset?)place.At).ToList();
            var since = _failing.Select(one => (DateTimeOffset?)one.Since).Concat(silent).Append(_behindSince).Min();
            var source = silent.Count > 0 ? SourceState.Silent : heard.Exists(place => !place.Quiet) ? SourceState.Busy : heard.Count > 0 ? SourceState.Quiet : SourceState.Unheard;
            return (Math.Max(_failing.Count, _known.Places.Values.Sum(place => place.Behind())), since is { } first ? Math.Max(0, (now - first).TotalSeconds) : 0, source);
        }
    }

    public void Applied(ReadFact fact, Position? position)
    {
        lock (_gate)
        {
            _failing.RemoveAll(one => one.Fact.Id == fact.Id && one.Fact.Version <= fact.Version);
        }

        if (position is not null)
        {
            Applied(position.Place, fact.Topic, position.Number);
        }
    }

    public void Applied(int place, string topic, long number) => Add(place, new PlaceLag { Applied = new Dictionary<string, long> { [topic] = number } });

    /// <summary>It comes again, perhaps to another replica; until then it is missing, whatever came after it.</summary>
    public void Failed(ReadFact fact)
    {
        lock (_gate)
        {
            if (_failing.Count < MostFailing && !_failing.Exists(one => one.Fact.Id == fact.Id && one.Fact.Version == fact.Version))
            {
                _failing.Add((fact, time.GetUtcNow()));
            }
        }

        News();
    }

    public void Published(PlacePublished message) => Add(message.Place, new PlaceLag
    {
        Published = message.Latest.Where(topic => projection.Topics.Contains(topic.Key)).ToDictionary(),
        At = message.At,
        Quiet = message.Quiet,
    });

    public void Learn(LagDocument more)
    {
        var isUnsettled = false;
        lock (_gate)
        {
            _known = _known.And(more);
            var isBehind = _known.Places.Values.Any(place => place.Behind() > 0);
            _behindSince = isBehind ? _behindSince ?? time.GetUtcNow() : null;
            isUnsettled = isBehind || _failing.Count > 0 || _known.Places.Values.Any(place => place.At != default && !place.Quiet);
        }

        if (isUnsettled)
        {
            News();
        }
    }

    private void Add(int place, PlaceLag lag)
    {
        Learn(new LagDocument { Places = new Dictionary<int, PlaceLag> { [place] = lag } });
        News();
    }
}

public enum SourceState
{
    Unheard,
    Busy,

    /// <summary>It has said that there is nothing more.</summary>
    Quiet,

    /// <summary>It was busy when it was heard last, and that is too long ago.</summary>
    Silent,
}
