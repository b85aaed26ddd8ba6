namespace Sidecar.Zipkin;

/// <summary>A span in memory: its JSON as it was told, and what searches ask most. Two that were told in the same words are one.</summary>
internal sealed class StoredSpan : IEquatable<StoredSpan>
{
    /// <summary>What a span takes beside its JSON, about.</summary>
    private const int Overhead = 200;

    private readonly byte[] json;
    private readonly int hash;

    public StoredSpan(ZipkinSpan span, byte[] json)
    {
        this.json = json;
        var words = default(HashCode);
        words.AddBytes(json);
        hash = words.ToHashCode();
        TraceId = ZipkinIds.Number(span.TraceId);
        IsRoot = span.ParentId is null;
        (Name, Service, Remote) = (span.Name, span.Local?.ServiceName, span.Remote?.ServiceName);
        (Timestamp, Duration) = (span.Timestamp, span.Duration);
    }

    public UInt128 TraceId { get; }

    /// <summary>By the last 64 bits a trace is found however much of its id a participant has kept.</summary>
    public ulong LowId => (ulong)TraceId;

    public bool IsRoot { get; }

    public string? Name { get; }

    public string? Service { get; }

    public string? Remote { get; }

    public long Timestamp { get; }

    public long Milliseconds => Timestamp / 1000;

    public long Duration { get; }

    public int Size => json.Length + Overhead;

    public ZipkinSpan Read() => SpanReader.Read((byte[])[(byte)'[', .. json, (byte)']'])[0];

    public bool Equals(StoredSpan? other) => other is not null && hash == other.hash && json.AsSpan().SequenceEqual(other.json);

    public override bool Equals(object? obj) => Equals(obj as StoredSpan);

    public override int GetHashCode() => hash;
}
