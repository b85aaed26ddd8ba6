using System.Text;
using Library.Defaults.Deliveries;
using Library.Defaults.Lists;
using Library.Defaults.ViewStores;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Parking;

/// <summary>The parked messages of this service, each a document of its own, in a list by the time when they were parked first.</summary>
internal sealed class ParkedMessages(IDocuments documents, IOptions<ParkingOptions> options, TimeProvider time)
{
    private const string NoReason = "The handler answered that it cannot be handled, and gave no reason.";
    private readonly PagedList _list = new(documents, "index|parked|all");

    /// <summary>Writes down that one attempt has failed, and why.</summary>
    public Task Park(Delivery delivery, string reason, CancellationToken cancellation) =>
        Change(delivery, message => message with { Reason = reason, Attempts = message.Attempts + 1, LastAt = time.GetUtcNow(), ReplayedAt = null }, cancellation);

    /// <summary>The dead-letter topic has it. Whoever refused it has written why before, unless it was not one of our handlers.</summary>
    public Task Complete(Delivery delivery, CancellationToken cancellation) =>
        Change(delivery, message => message with { Attempts = Math.Max(1, message.Attempts) }, cancellation);

    public async Task<ParkedMessage?> Find(string fingerprint, CancellationToken cancellation) =>
        (await documents.Read<ParkedMessage>(Key(fingerprint), cancellation)).Value;

    public async Task<ListSlice<ParkedMessage>> List(int limit, ListPosition? after, CancellationToken cancellation) =>
        await ListSlice<ParkedMessage>.Read(
            _list, limit, after,
            async entries => [.. (await documents.ReadAll<ParkedMessage>([.. entries.Select(entry => Key(entry.Id))], cancellation)).Select((message, i) => new Checked<ParkedMessage>(entries[i], message?.Attempts, message?.ReplayedAt is null ? message : null))],
            cancellation);

    public async Task<ParkedMessage> Replayed(ParkedMessage message, CancellationToken cancellation)
    {
        var replayed = message;
        await Race.Win(async () =>
        {
            var (now, etag) = await documents.Read<ParkedMessage>(Key(message.Fingerprint), cancellation);
            replayed = now ?? message;
            if (replayed.ReplayedAt is not null)
            {
                return true;
            }

            replayed = replayed with { ReplayedAt = time.GetUtcNow() };
            return await documents.Save(Key(message.Fingerprint), replayed, etag, cancellation);
        }, cancellation);
        await _list.Remove(message.Position, replayed.Attempts, cancellation);
        return replayed;
    }

    private async Task Change(Delivery delivery, Func<ParkedMessage, ParkedMessage> change, CancellationToken cancellation)
    {
        var fingerprint = ParkedMessage.FingerprintOf(delivery);
        await Race.Win(async () =>
        {
            var (now, etag) = await documents.Read<ParkedMessage>(Key(fingerprint), cancellation);
            var changed = change(now ?? New(delivery, fingerprint));
            if (changed.ReplayedAt is null)
            {
                await _list.Put(new ListEntry(fingerprint, changed.Attempts, changed.Position.Sort), cancellation);
            }

            return await documents.Save(Key(fingerprint), changed, etag, cancellation);
        }, cancellation);
    }

    private ParkedMessage New(Delivery delivery, string fingerprint) => new()
    {
        Fingerprint = fingerprint,
        Topic = delivery.Topic,
        MessageId = delivery.Id,
        Reason = NoReason,
        FirstAt = time.GetUtcNow(),
        LastAt = time.GetUtcNow(),
        Data = Encoding.UTF8.GetByteCount(ParkedMessage.Raw(delivery)) is > 0 and var size && size <= options.Value.MostBytes ? delivery.Data : null,
    };

    private static string Key(string fingerprint) => $"parked|{fingerprint}";
}
