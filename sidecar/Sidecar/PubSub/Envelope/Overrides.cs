namespace Sidecar.PubSub.Envelope;

/// <summary>The <c>cloudevent.*</c> entries of a message's metadata; null where there is none, empty where one asks for the default.</summary>
internal readonly record struct Overrides(
    string? Id, string? Source, string? Type, string? Subject, string? TraceId, string? Traceparent, string? Tracestate)
{
    public static Overrides Of(IReadOnlyDictionary<string, string>? metadata) =>
        metadata is null || metadata.Count == 0
            ? default
            : new(
                PublishMetadata.Find(metadata, "cloudevent.id"),
                PublishMetadata.Find(metadata, "cloudevent.source"),
                PublishMetadata.Find(metadata, "cloudevent.type"),
                PublishMetadata.Find(metadata, "cloudevent.subject"),
                PublishMetadata.Find(metadata, "cloudevent.traceid"),
                PublishMetadata.Find(metadata, "cloudevent.traceparent"),
                PublishMetadata.Find(metadata, "cloudevent.tracestate"));
}
