namespace Sidecar.Zipkin;

/// <summary>A span in memory: its JSON, and what searches ask most. Two of the same content are one.</summary>
internal sealed class StoredSpan(ZipkinSpan span, byte[] json) : IEquatable<StoredSpan>
{
    /// <summary>What a span takes beside its JSON, about.</summary>
    private const int Overhead = 160;

    private readonly int hash = Hash(json);

    public string TraceId { get; } = span.TraceId;

    public bool IsRoot { get; } = span.ParentId is null;

    public string? Name { get; } = span.Name;

    public string? Service { get; } = span.Local?.ServiceName;

    public string? Remote { get; } = span.Remote?.ServiceName;

    public long Timestamp { get; } = span.Timestamp;

    public long Milliseconds => Timestamp / 1000;

    public long Duration { get; } = span.Duration;

    public ReadOnlyMemory<byte> Json => json;

    public int Size => json.Length + Overhead;

    public ZipkinSpan Read() => SpanReader.Read((byte[])[(byte)'[', .. json, (byte)']'])[0];

    public bool Equals(StoredSpan? other) => other is not null && hash == other.hash && Json.Span.SequenceEqual(other.Json.Span);

    public override bool Equals(object? obj) => Equals(obj as StoredSpan);

    public override int GetHashCode() => hash;

    private static int Hash(ReadOnlySpan<byte> json)
    {
        var hash = default(HashCode);
        hash.AddBytes(json);
        return hash.ToHashCode();
    }
}
