using Dapr.Client;

namespace Dapr;

/// <summary>A key's value with its ETag, to be changed and saved.</summary>
public sealed class StateEntry<TValue>
{
    private readonly DaprClient client;

    /// <summary>An entry as it was read.</summary>
    public StateEntry(DaprClient client, string storeName, string key, TValue value, string etag)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        this.client = client;
        StoreName = storeName;
        Key = key;
        Value = value;
        ETag = etag;
    }

    /// <summary>The store.</summary>
    public string StoreName { get; }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>The value.</summary>
    public TValue Value { get; set; }

    /// <summary>The ETag as it was read.</summary>
    public string ETag { get; }

    /// <summary>Deletes the key, whatever its ETag.</summary>
    public Task DeleteAsync(StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        client.DeleteStateAsync(StoreName, Key, stateOptions, metadata, cancellationToken);

    /// <summary>Saves the value, whatever was there.</summary>
    public Task SaveAsync(StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        client.SaveStateAsync(StoreName, Key, Value, stateOptions, metadata, cancellationToken);

    /// <summary>Saves the value; false when somebody else has changed the key.</summary>
    public Task<bool> TrySaveAsync(StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        client.TrySaveStateAsync(StoreName, Key, Value, ETag, stateOptions, metadata, cancellationToken);

    /// <summary>Deletes the key; false when somebody else has changed it.</summary>
    public Task<bool> TryDeleteAsync(StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        client.TryDeleteStateAsync(StoreName, Key, ETag, stateOptions, metadata, cancellationToken);
}
