namespace Sidecar.State;

public readonly record struct StateRead(string Key, string Consistency = "", IReadOnlyDictionary<string, string>? Metadata = null);

/// <summary>
/// A value on its way to a store. Over HTTP it is JSON that was decoded and written again (<see cref="IsJson"/>); over gRPC it is
/// bytes that nobody looks into. Stores that keep documents tell the two apart.
/// </summary>
public readonly record struct StateValue(ReadOnlyMemory<byte> Bytes, bool IsJson);

/// <summary>An upsert or, with <see cref="IsDelete"/>, a delete. Options are the words of the request, checked by the store.</summary>
public sealed record StateWrite(string Key)
{
    public bool IsDelete { get; init; }

    public StateValue Value { get; init; }

    public string? ETag { get; init; }

    public string Concurrency { get; init; } = "";

    public string Consistency { get; init; } = "";

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public string? ContentType { get; init; }

    public bool HasETag => !string.IsNullOrEmpty(ETag);

    public bool IsFirstWrite => Concurrency == "first-write";
}

public sealed record StateItem(ReadOnlyMemory<byte> Data, string? ETag, IReadOnlyDictionary<string, string>? Metadata = null);

public sealed record BulkStateItem(string Key, StateItem? Item = null, string? Error = null);
