namespace Sidecar.Telemetry.Tracing;

/// <summary>Something that happened during a span, with texts and whole numbers that say more.</summary>
public sealed record SpanEvent(DateTimeOffset Time, string Name, IReadOnlyList<KeyValuePair<string, object>> Tags);
