using System.Text.Json;
using Library.Defaults.Stores;
using Library.Defaults.ViewStores;

namespace Defaults.Tests.Views;

/// <summary>
/// Documents in memory with the weakest promises of any store: an ETag is a count that begins anew after a delete, and a write with an ETag creates
/// what is not there, as on Redis. Every call can be held up or made to fail.
/// </summary>
internal sealed class MemoryDocuments : IDocuments
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (byte[] Bytes, long Etag)> _documents = [];

    /// <summary>Before each call, with its name and key.</summary>
    public Func<string, string, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>After each save has happened.</summary>
    public Func<string, Task> Saved { get; set; } = _ => Task.CompletedTask;

    public int Calls { get; private set; }

    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_gate)
            {
                return [.. _documents.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    public string? Json(string key)
    {
        lock (_gate)
        {
            return _documents.TryGetValue(key, out var found) ? System.Text.Encoding.UTF8.GetString(found.Bytes) : null;
        }
    }

    public T? Get<T>(string key)
        where T : class
    {
        lock (_gate)
        {
            return _documents.TryGetValue(key, out var found) ? StoredJson.Read<T>(found.Bytes) : null;
        }
    }

    public void Set<T>(string key, T value)
    {
        lock (_gate)
        {
            _documents[key] = (StoredJson.Bytes(value), _documents.GetValueOrDefault(key).Etag + 1);
        }
    }

    public async Task<Library.Defaults.ViewStores.Stored<T>> Read<T>(string key, CancellationToken cancellation)
        where T : class
    {
        await Pass("read", key);
        lock (_gate)
        {
            return _documents.TryGetValue(key, out var found) ? new(StoredJson.Read<T>(found.Bytes), $"{found.Etag}") : new(null, null);
        }
    }

    public async Task<IReadOnlyList<T?>> ReadAll<T>(IReadOnlyList<string> keys, CancellationToken cancellation)
        where T : class
    {
        await Pass("read", keys.Count == 0 ? "" : keys[0]);
        lock (_gate)
        {
            return [.. keys.Select(key => _documents.TryGetValue(key, out var found) ? StoredJson.Read<T>(found.Bytes) : null)];
        }
    }

    public async Task<bool> Save<T>(string key, T value, string? etag, CancellationToken cancellation)
        where T : class
    {
        await Pass("save", key);
        lock (_gate)
        {
            if (_documents.TryGetValue(key, out var found) && etag != $"{found.Etag}")
            {
                return false;
            }

            _documents[key] = (JsonSerializer.SerializeToUtf8Bytes(value, StoredJson.Options), found.Etag + 1);
        }

        await Saved(key);
        return true;
    }

    public async Task Delete(string key, CancellationToken cancellation)
    {
        await Pass("delete", key);
        lock (_gate)
        {
            _documents.Remove(key);
        }
    }

    private Task Pass(string call, string key)
    {
        lock (_gate)
        {
            Calls++;
        }

        return Before(call, key);
    }
}
