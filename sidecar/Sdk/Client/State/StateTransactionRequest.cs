namespace Dapr.Client;

/// <summary>One operation of a transaction. The value is bytes as they are; the caller serialises.</summary>
public sealed class StateTransactionRequest
{
    /// <summary>How the write behaves.</summary>
    public StateOptions? Options;

    /// <summary>An operation on a key.</summary>
    public StateTransactionRequest(string key, byte[]? value, StateOperationType operationType, string? etag = null, IReadOnlyDictionary<string, string>? metadata = null, StateOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Key = key;
        Value = value;
        OperationType = operationType;
        ETag = etag;
        Metadata = metadata;
        Options = options;
    }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>The value's bytes.</summary>
    public byte[]? Value { get; set; }

    /// <summary>What to do with the key.</summary>
    public StateOperationType? OperationType { get; set; }

    /// <summary>The ETag that the key must have; null for any.</summary>
    public string? ETag { get; set; }

    /// <summary>What the component is told.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; set; }
}

/// <summary>What an operation of a transaction does.</summary>
public enum StateOperationType
{
    /// <summary>Creates or replaces.</summary>
    Upsert,

    /// <summary>Deletes.</summary>
    Delete,
}
