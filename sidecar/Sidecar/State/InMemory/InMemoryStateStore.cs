using System.Text;
using Sidecar.Components;

namespace Sidecar.State.InMemory;

/// <summary>State that lives as long as the process. The reference for all other stores.</summary>
public sealed class InMemoryStateStore(ComponentSpec spec, TimeProvider time, ILogger logger) : IStateStore, IListsKeys
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly ExpirySweep sweep = new(time);

    public StateFeatures Features =>
        StateFeatures.ETag | StateFeatures.Transactional | StateFeatures.Ttl | StateFeatures.DeleteWithPrefix | StateFeatures.KeysLike;

    public Task InitAsync(CancellationToken cancellation)
    {
        logger.LogDebug("State store {Store} keeps its state in memory: it ends with this process", spec.Name);
        sweep.Start(RemoveExpired);
        return Task.CompletedTask;
    }

    public ValueTask<StateItem?> GetAsync(StateRead read, CancellationToken cancellation)
    {
        lock (gate)
        {
            return ValueTask.FromResult(Find(read.Key)?.Item);
        }
    }

    public ValueTask<IReadOnlyList<BulkStateItem>> GetManyAsync(IReadOnlyList<StateRead> reads, int parallelism, CancellationToken cancellation)
    {
        var answers = new BulkStateItem[reads.Count];
        lock (gate)
        {
            for (var i = 0; i < answers.Length; i++)
            {
                answers[i] = new BulkStateItem(reads[i].Key, Find(reads[i].Key)?.Item);
            }
        }

        return ValueTask.FromResult<IReadOnlyList<BulkStateItem>>(answers);
    }

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string after, int most, CancellationToken cancellation)
    {
        lock (gate)
        {
            return ValueTask.FromResult<IReadOnlyList<string>>(
            [
                .. entries.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal) && IListsKeys.Utf8Order.Compare(entry.Key, after) > 0 && !entry.Value.IsExpired(time))
                    .Select(entry => entry.Key).Order(IListsKeys.Utf8Order).Take(most),
            ]);
        }
    }

    public ValueTask WriteAsync(StateWrite write, CancellationToken cancellation)
    {
        StateOptions.Check(write);
        var entry = write.IsDelete ? null : Prepare(write);
        lock (gate)
        {
            CheckETag(write);
            Apply(write.Key, entry);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask TransactAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellation)
    {
        var prepared = new Entry?[writes.Count];
        for (var i = 0; i < prepared.Length; i++)
        {
            // Options of a delete inside a transaction are not looked at by Dapr's store.
            if (!writes[i].IsDelete)
            {
                StateOptions.Check(writes[i]);
                prepared[i] = Prepare(writes[i]);
            }
        }

        lock (gate)
        {
            foreach (var write in writes)
            {
                CheckETag(write);
            }

            for (var i = 0; i < prepared.Length; i++)
            {
                Apply(writes[i].Key, prepared[i]);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            entries.Clear();
            sweep.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private Entry Prepare(StateWrite write)
    {
        var expires = Expiry(write.Metadata);
        // The bytes may lie in a buffer of the request.
        var item = new StateItem(write.Value.Bytes.ToArray(), Guid.NewGuid().ToString(), expires is { } moment ? TimeToLive.Expiry(moment) : null);
        return new Entry(item, expires);
    }

    private DateTimeOffset? Expiry(IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null || !metadata.TryGetValue(TimeToLive.Key, out var text) || text.Length == 0)
        {
            return null;
        }

        if (!GoInteger.TryParse(text, "Atoi", out var seconds, out var problem))
        {
            throw new StateException(problem);
        }

        // Dapr counts nanoseconds in 64 bits and lets them overflow.
        return seconds > 0 ? time.GetUtcNow().AddTicks(unchecked(seconds * 1_000_000_000) / 100) : null;
    }

    private Entry? Find(string key) => entries.TryGetValue(key, out var entry) && !entry.IsExpired(time) ? entry : null;

    private void CheckETag(StateWrite write)
    {
        var current = write.HasETag || write.IsFirstWrite ? Find(write.Key)?.Item.ETag : null;
        if (!write.HasETag)
        {
            if (write.IsFirstWrite && current is not null)
            {
                throw new StateException(StateFailure.ETagMismatch, "item already exists and no etag was passed");
            }
        }
        else if (current is null)
        {
            throw new StateException(StateFailure.ETagMismatch, $"state not exist or expired for key={write.Key}");
        }
        else if (current != write.ETag)
        {
            throw new StateException(StateFailure.ETagMismatch, $"state etag not match for key={write.Key}: current={current}, expect={write.ETag}");
        }
    }

    private void Apply(string key, Entry? entry)
    {
        if (entry is null)
        {
            entries.Remove(key);
        }
        else
        {
            entries[key] = entry;
        }

        sweep.Note(key, entry?.Expires);
    }

    private void RemoveExpired()
    {
        lock (gate)
        {
            foreach (var key in sweep.Due())
            {
                entries.Remove(key);
            }
        }
    }

    private sealed record Entry(StateItem Item, DateTimeOffset? Expires)
    {
        public bool IsExpired(TimeProvider time) => Expires is { } moment && time.GetUtcNow() > moment;
    }
}
