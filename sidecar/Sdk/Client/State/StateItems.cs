namespace Dapr.Client;

/// <summary>A value to be saved with others.</summary>
public readonly struct SaveStateItem<TValue>(string key, TValue value, string etag, StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null)
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>The value.</summary>
    public TValue Value { get; } = value;

    /// <summary>The ETag that the key must have; null for any.</summary>
    public string ETag { get; } = etag;

    /// <summary>How the write behaves.</summary>
    public StateOptions? StateOptions { get; } = stateOptions;

    /// <summary>What the component is told.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; } = metadata;
}

/// <summary>A key to be deleted with others.</summary>
public readonly struct BulkDeleteStateItem(string key, string etag, StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null)
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>The ETag that the key must have; null for any.</summary>
    public string ETag { get; } = etag;

    /// <summary>How the write behaves.</summary>
    public StateOptions? StateOptions { get; } = stateOptions;

    /// <summary>What the component is told.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; } = metadata;
}

/// <summary>One of many values that were read, as JSON text.</summary>
public readonly struct BulkStateItem(string key, string value, string etag)
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>The value's JSON.</summary>
    public string Value { get; } = value;

    /// <summary>The key's ETag.</summary>
    public string ETag { get; } = etag;
}

/// <summary>One of many values that were read.</summary>
public readonly struct BulkStateItem<TValue>(string key, TValue value, string etag)
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>The value.</summary>
    public TValue Value { get; } = value;

    /// <summary>The key's ETag.</summary>
    public string ETag { get; } = etag;
}
