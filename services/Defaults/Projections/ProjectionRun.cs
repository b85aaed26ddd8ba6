using System.Text.Json;
using Library.Contracts;
using Library.Defaults.Lag;
using Library.Defaults.Parking;
using Library.Defaults.ReadYourWrites;
using Library.Defaults.Rebuild;
using Library.Defaults.Stores;
using Library.Defaults.ViewStores;

namespace Library.Defaults.Projections;

/// <summary>One projection of this process with all that serves it.</summary>
internal sealed class ProjectionRun(
    Projection projection, IDocuments documents, Generations generations, Rebuilding rebuilding, ProjectionLag lag, Arrivals arrivals, ParkedMessages parked, TimeProvider time)
{
    public Projection Projection => projection;

    public Generations Generations => generations;

    public Rebuilding Rebuilding => rebuilding;

    public ProjectionLag Sharing => lag;

    public LagLedger Lag => lag.Ledger;

    /// <summary>Applies a fact as it was published, to every live generation.</summary>
    public async Task Take(string topic, JsonElement published, CancellationToken cancellation)
    {
        if (published.ValueKind != JsonValueKind.Object || !published.TryGetProperty("fact", out var body))
        {
            throw new UnreadableFactException($"A message of {topic} holds no fact.");
        }

        var fact = projection.Read(topic, body, StoredJson.Options);
        try
        {
            await Apply(fact, cancellation);
            if (projection.Erases(fact))
            {
                await parked.Forget([fact.Id], cancellation);
            }
        }
        catch
        {
            lag.Ledger.Failed(fact);
            throw;
        }

        arrivals.Tell(projection.Name, fact.Id);
        lag.Ledger.Applied(fact, published.TryGetProperty("position", out var position) ? position.Deserialize<Position>(StoredJson.Options) : null);
    }

    private async Task Apply(ReadFact fact, CancellationToken cancellation)
    {
        var document = await generations.Read(cancellation);
        foreach (var generation in document.Live(time.GetUtcNow()))
        {
            await projection.Apply(documents, generation, fact, cancellation);
        }

        // They are about to go, but must not keep what a fact may take back.
        foreach (var generation in document.Retired)
        {
            await projection.Delete(documents, generation, fact, cancellation);
        }
    }
}
