namespace Sidecar.Telemetry.Tracing;

/// <summary>A span that is told as a whole after its end.</summary>
public sealed record FinishedSpan(string Name, SpanKind Kind, string Scope, TraceContext Context, ulong ParentSpanId, DateTimeOffset Start, DateTimeOffset End)
{
    public IReadOnlyList<KeyValuePair<string, string>> Tags { get; init; } = [];

    public IReadOnlyList<SpanEvent> Events { get; init; } = [];

    public string? Error { get; init; }
}
