using Library.Contracts;
using Library.Defaults.Deliveries;
using Library.Defaults.Projections;
using Library.Defaults.Rebuild;
using Library.Defaults.ViewStores;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Library.Defaults.Lag;

/// <summary>
/// Compares what a source has published with what was applied. Each message reaches one replica only, so replicas add what they know to one
/// document, at most once a second while something happens or is missing, and never when all is quiet.
/// </summary>
internal sealed partial class ProjectionLag(
    Projection projection, IDocuments documents, Generations generations, FactsSource source, TimeProvider time, ILogger<ProjectionLag> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int MostFailing = 1_000;
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(3);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _news = new(0);
    private readonly List<(ReadFact Fact, DateTimeOffset Since)> _failing = [];
    private LagDocument _known = new();
    private DateTimeOffset? _behindSince;
    private long _doubted;

    /// <summary>How many facts are missing at most, and for how many seconds.</summary>
    public (long Events, double Seconds, bool Quiet) Now()
    {
        lock (_gate)
        {
            var since = _failing.Select(one => (DateTimeOffset?)one.Since).Append(_behindSince).Min();
            var seconds = since is { } first ? Math.Max(0, (time.GetUtcNow() - first).TotalSeconds) : 0;
            return (Math.Max(_failing.Count, _known.Places.Values.Sum(place => place.Behind())), seconds, _known.Places.Values.All(place => place.Quiet));
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

        Wake();
    }

    public void Published(PlacePublished message) => Add(message.Place, new PlaceLag
    {
        Published = message.Latest.Where(topic => projection.Topics.Contains(topic.Key)).ToDictionary(),
        At = message.At,
        Quiet = message.Quiet,
    });

    private void Applied(int place, string topic, long number) => Add(place, new PlaceLag { Applied = new Dictionary<string, long> { [topic] = number } });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _news.WaitAsync(stoppingToken);
            await Task.Delay(Pause, time, stoppingToken);
            try
            {
                await Share(stoppingToken);
                await Doubts(stoppingToken);
            }
            catch (Exception problem) when (Trouble.Passes(problem) && !stoppingToken.IsCancellationRequested)
            {
                LogTrouble(projection.Name, problem);
                Wake();
            }
        }
    }

    public override void Dispose()
    {
        _news.Dispose();
        base.Dispose();
    }

    private void Add(int place, PlaceLag lag) => Know(new LagDocument { Places = new Dictionary<int, PlaceLag> { [place] = lag } }, wake: true);

    private void Know(LagDocument more, bool wake)
    {
        lock (_gate)
        {
            _known = _known.And(more);
            var isBehind = _known.Places.Values.Any(place => place.Behind() > 0);
            _behindSince = isBehind ? _behindSince ?? time.GetUtcNow() : null;
            wake |= isBehind || _failing.Count > 0;
        }

        if (wake)
        {
            Wake();
        }
    }

    private void Wake()
    {
        if (_news.CurrentCount == 0)
        {
            _news.Release();
        }
    }

    private Task Share(CancellationToken cancellation) => Race.Win(async () =>
    {
        var (stored, etag) = await documents.Read<LagDocument>($"lag|{projection.Name}", cancellation);
        Know(stored ?? new LagDocument(), wake: false);
        var known = _known;
        return (stored is not null && IsSame(stored, known)) || await documents.Save($"lag|{projection.Name}", known, etag, cancellation);
    }, cancellation);

    /// <summary>A replica may have died before it could tell what it had applied: the source and the view know.</summary>
    private async Task Doubts(CancellationToken cancellation)
    {
        foreach (var (fact, _) in Failing().Where(one => time.GetUtcNow() - one.Since >= Doubt))
        {
            if ((await generations.Recent(cancellation)).Current is { } current && await AllApplied(current, [fact], cancellation))
            {
                Applied(fact, position: null);
            }
        }

        await DoubtPlaces(cancellation);
    }

    private List<(ReadFact Fact, DateTimeOffset Since)> Failing()
    {
        lock (_gate)
        {
            return [.. _failing];
        }
    }

    private async Task DoubtPlaces(CancellationToken cancellation)
    {
        if (_behindSince is not { } since || time.GetUtcNow() - since < Doubt || (_doubted != 0 && time.GetElapsedTime(_doubted) < Doubt))
        {
            return;
        }

        _doubted = time.GetTimestamp();
        var walk = new SourceWalk(source, projection);
        foreach (var (place, lag) in _known.Places.Where(place => place.Value.Behind() > 0))
        {
            var from = lag.Published.Where(topic => topic.Value > lag.Applied.GetValueOrDefault(topic.Key, -1)).Min(topic => lag.Applied.GetValueOrDefault(topic.Key, -1)) + 1;
            var (page, facts, _) = await walk.Read(place, from, cancellation);
            var current = (await generations.Recent(cancellation)).Current;
            var applied = current is { } generation && await AllApplied(generation, facts, cancellation);
            foreach (var item in page.Items.Where(item => applied && projection.Topics.Contains(item.Topic)))
            {
                Applied(place, item.Topic, item.Number);
            }
        }
    }

    private async Task<bool> AllApplied(int generation, IReadOnlyList<ReadFact> facts, CancellationToken cancellation)
    {
        foreach (var fact in facts)
        {
            if (await projection.VersionIn(documents, generation, fact, cancellation) < fact.Version)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSame(LagDocument one, LagDocument other) =>
        System.Text.Json.JsonElement.DeepEquals(System.Text.Json.JsonSerializer.SerializeToElement(one), System.Text.Json.JsonSerializer.SerializeToElement(other));

    [LoggerMessage(LogLevel.Warning, "The lag of {Projection} cannot be shared now; it is tried again")]
    private partial void LogTrouble(string projection, Exception problem);
}
