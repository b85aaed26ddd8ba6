namespace Sidecar.PubSub.Envelope;

/// <summary>What becomes an envelope: a body with the circumstances of its publishing.</summary>
internal sealed record NewEvent(string PubSub, string Topic, string AppId, ReadOnlyMemory<byte> Data, string ContentType)
{
    /// <summary>Empty when the request belongs to no trace.</summary>
    public string Traceparent { get; init; } = "";

    public string Tracestate { get; init; } = "";

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public DateTimeOffset Now { get; init; }

    /// <summary>Only where the broker does not see to it that messages expire.</summary>
    public TimeSpan? ExpiresAfter { get; init; }
}
