using System.Text;
using System.Text.Json;
using Library.Defaults.Deliveries;
using Library.Defaults.Lists;
using Library.Defaults.ViewStores;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Parking;

/// <summary>The parked messages of this service, each a document of its own, in a list by the time when they were parked first.</summary>
public sealed class ParkedMessages
{
    private const string Forgotten = "It named somebody who was erased.";
    private const string NoReason = "The handler answered that it cannot be handled, and gave no reason.";
    private readonly IDocuments _documents;
    private readonly IOptions<ParkingOptions> _options;
    private readonly TimeProvider _time;
    private readonly PagedList _list;

    internal ParkedMessages(IDocuments documents, IOptions<ParkingOptions> options, TimeProvider time) =>
        (_documents, _options, _time, _list) = (documents, options, time, new PagedList(documents, "index|parked|all"));

    /// <summary>
    /// Keeps nothing any more of what the parked messages say that speak of one of these ids, for instance of an erased reader. Doing it again is
    /// harmless.
    /// </summary>
    public async Task Forget(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        await foreach (var entries in _list.After(null, cancellation).Chunk(ListPage.MostEntries))
        {
            foreach (var message in await _documents.ReadAll<ParkedMessage>([.. entries.Select(entry => Key(entry.Id))], cancellation))
            {
                if (message?.Names(ids) == true)
                {
                    await Close(message, now => now with { ForgottenAt = _time.GetUtcNow(), Data = null, Reason = Forgotten }, cancellation);
                }
            }
        }
    }

    /// <summary>Writes down that one attempt has failed, and why.</summary>
    internal Task Park(Delivery delivery, string reason, CancellationToken cancellation) =>
        Change(delivery, message => message with { Reason = reason, Attempts = message.Attempts + 1, LastAt = _time.GetUtcNow(), ReplayedAt = null, Data = Kept(delivery) }, cancellation);

    /// <summary>The dead-letter topic has it. Whoever refused it has written why before, unless it was not one of our handlers.</summary>
    internal Task Complete(Delivery delivery, CancellationToken cancellation) =>
        Change(delivery, message => message with { Attempts = Math.Max(1, message.Attempts) }, cancellation);

    internal async Task<ParkedMessage?> Find(string fingerprint, CancellationToken cancellation) =>
        (await _documents.Read<ParkedMessage>(Key(fingerprint), cancellation)).Value;

    internal async Task<ListSlice<ParkedMessage>> List(int limit, ListPosition? after, CancellationToken cancellation) =>
        await ListSlice<ParkedMessage>.Read(
            _list, limit, after,
            async entries => [.. (await _documents.ReadAll<ParkedMessage>([.. entries.Select(entry => Key(entry.Id))], cancellation)).Select((message, i) => new Checked<ParkedMessage>(entries[i], message?.Attempts, message?.IsOpen == true ? message : null))],
            cancellation);

    internal Task<ParkedMessage> Replayed(ParkedMessage message, CancellationToken cancellation) =>
        Close(message, now => now with { ReplayedAt = _time.GetUtcNow(), Data = null }, cancellation);

    private async Task<ParkedMessage> Close(ParkedMessage message, Func<ParkedMessage, ParkedMessage> close, CancellationToken cancellation)
    {
        var closed = message;
        await Race.Win(async () =>
        {
            var (now, etag) = await _documents.Read<ParkedMessage>(Key(message.Fingerprint), cancellation);
            closed = now ?? message;
            if (!closed.IsOpen)
            {
                return true;
            }

            closed = close(closed);
            return await _documents.Save(Key(message.Fingerprint), closed, etag, cancellation);
        }, cancellation);
        await _list.Remove(message.Position, closed.Attempts, cancellation);
        return closed;
    }

    private async Task Change(Delivery delivery, Func<ParkedMessage, ParkedMessage> change, CancellationToken cancellation)
    {
        var fingerprint = ParkedMessage.FingerprintOf(delivery);
        await Race.Win(async () =>
        {
            var (now, etag) = await _documents.Read<ParkedMessage>(Key(fingerprint), cancellation);
            var changed = now?.ForgottenAt is null ? change(now ?? New(delivery, fingerprint)) : now;
            if (changed.IsOpen)
            {
                await _list.Put(new ListEntry(fingerprint, changed.Attempts, changed.Position.Sort), cancellation);
            }

            return changed == now || await _documents.Save(Key(fingerprint), changed, etag, cancellation);
        }, cancellation);
    }

    private ParkedMessage New(Delivery delivery, string fingerprint) => new()
    {
        Fingerprint = fingerprint,
        Topic = delivery.Topic,
        MessageId = delivery.Id,
        Reason = NoReason,
        FirstAt = _time.GetUtcNow(),
        LastAt = _time.GetUtcNow(),
        Data = Kept(delivery),
    };

    private JsonElement? Kept(Delivery delivery) =>
        Encoding.UTF8.GetByteCount(ParkedMessage.Raw(delivery)) is > 0 and var size && size <= _options.Value.MostBytes ? delivery.Data : null;

    private static string Key(string fingerprint) => $"parked|{fingerprint}";
}
