using Defaults.Tests.Projections;
using Defaults.Tests.Views;
using Library.Defaults.Lag;
using Library.Defaults.Parking;
using Library.Defaults.Projections;
using Library.Defaults.ReadYourWrites;
using Library.Defaults.Rebuild;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sidecar.Testing;

namespace Defaults.Tests.Rebuild;

/// <summary>One replica of a query service of things, without the web around it.</summary>
internal sealed class ThingQuery : IAsyncDisposable
{
    public static readonly RebuildOptions Options = new() { Beat = TimeSpan.FromSeconds(1), Lease = TimeSpan.FromSeconds(6), KeepPrevious = TimeSpan.FromHours(1) };
    private readonly TestClock _clock;
    private readonly ThingSource _source;

    public ThingQuery(MemoryDocuments documents, ThingSource source, TestClock clock)
    {
        (_clock, _source) = (clock, source);
        var projection = Things.Projection();
        var generations = new Generations(documents, "things", Options.Kept, clock);
        var rebuilding = new Rebuilding(projection, documents, generations, Read, Microsoft.Extensions.Options.Options.Create(Options), clock, NullLogger<Rebuilding>.Instance);
        var lag = new ProjectionLag(projection, documents, generations, source.Read, clock, NullLogger<ProjectionLag>.Instance);
        Arrivals = new Arrivals();
        Run = new ProjectionRun(projection, documents, generations, rebuilding, lag, Arrivals, new ParkedMessages(documents, Microsoft.Extensions.Options.Options.Create(new ParkingOptions()), clock), clock);
        Views = new Views<ThingView>(projection, documents, generations);
    }

    public ProjectionRun Run { get; }

    public Views<ThingView> Views { get; }

    public Arrivals Arrivals { get; }

    public int Reads { get; private set; }

    /// <summary>A dead replica asks for nothing any more, and nothing that it asked for is answered.</summary>
    public bool IsDead { get; set; }

    public static async Task<ThingQuery> Start(MemoryDocuments documents, ThingSource source, TestClock clock)
    {
        var query = new ThingQuery(documents, source, clock);
        await query.Run.Rebuilding.StartAsync(CancellationToken.None);
        await query.Run.Sharing.StartAsync(CancellationToken.None);
        return query;
    }

    public async ValueTask DisposeAsync()
    {
        await Run.Rebuilding.StopAsync(CancellationToken.None);
        await Run.Sharing.StopAsync(CancellationToken.None);
        Run.Rebuilding.Dispose();
        Run.Sharing.Dispose();
    }

    public Task Deliver(ReadFact fact) => Run.Take(fact.Topic, Things.Published(fact), CancellationToken.None);

    public Task<GenerationDocument> Generation() => Run.Generations.Read(CancellationToken.None);

    public Task<GenerationDocument> Rebuild() => Run.Generations.Change(now => now.Started(_clock.GetUtcNow()), CancellationToken.None);

    private async Task<Library.Defaults.Facts.FactsPage> Read(string app, int place, long from, int limit, CancellationToken cancellation)
    {
        Reads++;
        var page = await _source.Read(app, place, from, limit, cancellation);
        if (IsDead)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        }

        return page;
    }
}
