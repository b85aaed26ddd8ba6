using Library.Defaults.Deliveries;
using Library.Defaults.Projections;
using Library.Defaults.Rebuild;
using Library.Defaults.ViewStores;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Library.Defaults.Lag;

/// <summary>
/// Adds what this replica knows to what all know, at most once a second while something happens or is missing, and never when all is quiet.
/// </summary>
internal sealed partial class ProjectionLag(
    Projection projection, IDocuments documents, Generations generations, FactsSource source, TimeProvider time, ILogger<ProjectionLag> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(3);
    private readonly SemaphoreSlim _news = new(0);
    private long _doubted;

    public LagLedger Ledger { get; } = new(projection, time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Ledger.News = Wake;
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
        Ledger.News = () => { };
        _news.Dispose();
        base.Dispose();
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
        Ledger.Learn(stored ?? new LagDocument());
        return (stored is not null && stored.Knows(Ledger.Known)) || await documents.Save($"lag|{projection.Name}", Ledger.Known, etag, cancellation);
    }, cancellation);

    /// <summary>A replica may have died before it could tell what it had applied: the source and the view know.</summary>
    private async Task Doubts(CancellationToken cancellation)
    {
        foreach (var (fact, since) in Ledger.Failing)
        {
            if (time.GetUtcNow() - since >= Doubt && await IsApplied([fact], cancellation))
            {
                Ledger.Applied(fact, position: null);
            }
        }

        // Nothing known at all is doubted at once: the view may have been built from what was published long ago.
        var isNew = Ledger.Known.Places.Values.Any(place => place.Applied.Count == 0);
        if (Ledger.BehindSince is { } behind && (isNew || time.GetUtcNow() - behind >= Doubt) && (_doubted == 0 || time.GetElapsedTime(_doubted) >= Doubt))
        {
            _doubted = time.GetTimestamp();
            foreach (var (place, lag) in Ledger.Known.Places)
            {
                foreach (var (topic, number) in lag.Missing())
                {
                    await DoubtEntry(place, topic, number, cancellation);
                }
            }
        }
    }

    private async Task DoubtEntry(int place, string topic, long number, CancellationToken cancellation)
    {
        var (_, facts, _) = await new SourceWalk(source, projection).Read(place, number, cancellation, most: 1);
        if (await IsApplied(facts, cancellation))
        {
            Ledger.Applied(place, topic, number);
        }
    }

    private async Task<bool> IsApplied(IReadOnlyList<ReadFact> facts, CancellationToken cancellation)
    {
        if ((await generations.Recent(cancellation)).Current is not { } current)
        {
            return false;
        }

        foreach (var fact in facts)
        {
            if (await projection.VersionIn(documents, current, fact, cancellation) < fact.Version)
            {
                return false;
            }
        }

        return true;
    }

    [LoggerMessage(LogLevel.Warning, "The lag of {Projection} cannot be shared now; it is tried again")]
    private partial void LogTrouble(string projection, Exception problem);
}
