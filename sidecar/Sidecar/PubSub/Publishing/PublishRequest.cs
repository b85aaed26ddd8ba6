using Sidecar.Telemetry.Tracing;

namespace Sidecar.PubSub.Publishing;

/// <summary>One message as a caller of the API hands it in. Metadata is null where the protocol has no empty map.</summary>
public sealed record PublishRequest(string Topic, ReadOnlyMemory<byte> Data, string ContentType, IReadOnlyDictionary<string, string>? Metadata)
{
    /// <summary>The span of the request; null when tracing is switched off.</summary>
    public Span? Span { get; init; }

    public PublishProtocol Protocol { get; init; }
}

/// <summary>Whose status codes a retry policy looks at, and how a raw message carries its trace.</summary>
public enum PublishProtocol
{
    Http,
    Grpc,
}

/// <summary>Messages to one topic. <paramref name="Metadata"/> is that of the request, which an entry may already have taken in.</summary>
public sealed record BulkPublishRequest(string Topic, IReadOnlyList<BulkPublishEntry> Entries, IReadOnlyDictionary<string, string>? Metadata)
{
    public Span? Span { get; init; }

    /// <summary>For the span of each entry.</summary>
    public string SpanName { get; init; } = "";

    public PublishProtocol Protocol { get; init; }
}

public sealed record BulkPublishEntry(string Id, ReadOnlyMemory<byte> Data, string ContentType, IReadOnlyDictionary<string, string>? Metadata)
{
    /// <summary>What an entry says of itself wins; an entry without any metadata takes nothing from the request.</summary>
    public static IReadOnlyDictionary<string, string>? Merge(IReadOnlyDictionary<string, string>? request, IReadOnlyDictionary<string, string>? own)
    {
        if (own is null || request is null || request.Count == 0)
        {
            return own;
        }

        var merged = new Dictionary<string, string>(own, StringComparer.Ordinal);
        foreach (var (name, value) in request)
        {
            merged.TryAdd(name, value);
        }

        return merged;
    }
}
