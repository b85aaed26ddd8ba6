using System.Diagnostics;
using System.Text.Json;
using Dapr.Client;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Outbox;

/// <summary>Carries out a change and its entries in one transaction, and sees to it that all it says gets out.</summary>
internal sealed partial class Transactions(
    CommandStore store, Places places, Entries entries, Publisher publisher, IOptions<OutboxOptions> options, TimeProvider time, ILogger<Transactions> log)
{
    /// <summary>
    /// Returns once it has happened. Throws <see cref="RaceLostException"/> when it has not because what it was made of has changed, and a
    /// <see cref="RefusedException"/> when the store did not carry it out, or nobody knows yet.
    /// </summary>
    public async Task Run(Change change, CancellationToken cancellation)
    {
        if (change.Announcements.Count == 0)
        {
            throw new InvalidOperationException("A change that says nothing has no entry, so nobody could tell after a failure whether it happened.");
        }

        var written = change.Announcements.Select(Write).ToArray();
        var (place, first) = await places.Take(written.Length, cancellation);
        var outcome = await Known(CarryOut(place, first, change, written));
        if (outcome == Outcome.Barred)
        {
            await place.Beat(cancellation);
            throw new RaceLostException();
        }

        if (outcome == Outcome.Prevented)
        {
            throw await HasRaced(change, cancellation) ? new RaceLostException() : new RefusedException(StoreRefusals.StoreUnavailable);
        }
    }

    /// <summary>Goes on after the caller has lost patience, until every number is settled.</summary>
    private async Task<Outcome> CarryOut(Place place, long first, Change change, Entry[] written)
    {
        var outcome = Outcome.Happened;
        try
        {
            await store.Transact([.. change.Operations, .. written.Select((entry, i) => Creation(place.Index, first + i, entry))], CancellationToken.None);
        }
        catch (Exception exception)
        {
            outcome = await entries.Settle(place.Index, first, written[0].Identity!, publisher.Stopping);
            LogUnsure(place.Index, first, outcome, exception);
        }

        for (var i = 0; i < written.Length; i++)
        {
            if (outcome == Outcome.Happened)
            {
                _ = publisher.Publish(place, first + i, written[i], change.Announcements[i].Body);
            }
            else
            {
                place.Numbers.Settled(first + i);
            }
        }

        return outcome;
    }

    private async Task<Outcome> Known(Task<Outcome> work)
    {
        try
        {
            return await work.WaitAsync(options.Value.Patience, time);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            throw new RefusedException(StoreRefusals.OutcomeUnknown, exception);
        }
    }

    /// <summary>A store says no in the same way for every reason, so what it has now is held against what the change was made of.</summary>
    private async Task<bool> HasRaced(Change change, CancellationToken cancellation)
    {
        var now = await store.GetMany([.. change.Operations.Select(operation => operation.Key)], cancellation);
        return change.Operations.Any(operation => (operation.ETag ?? "") != (now.TryGetValue(operation.Key, out var item) ? item.ETag : ""));
    }

    private Entry Write(Announcement said) => new(
        said.Identity, said.Topic, said.Type, said.Key, said.Version, time.GetUtcNow(), Activity.Current?.Id,
        said.NamesNoPerson ? JsonSerializer.Deserialize<JsonElement>(said.Body) : null);

    private static StateTransactionRequest Creation(int place, long number, Entry entry) =>
        CommandStore.Upsert(Entry.KeyOf(place, number), StoredJson.Bytes(entry), "");

    [LoggerMessage(Level = LogLevel.Information, Message = "The transaction of outbox place {Place}, number {Number}, failed; looked up: {Outcome}")]
    private partial void LogUnsure(int place, long number, Outcome outcome, Exception exception);
}
