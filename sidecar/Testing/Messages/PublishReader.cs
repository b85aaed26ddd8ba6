using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Sidecar.Http;
using Sidecar.Protos;
using Sidecar.PubSub.Envelope;
using Sidecar.PubSub.Publishing;
using Sidecar.Testing.Boundary;

namespace Sidecar.Testing.Messages;

/// <summary>Reads messages out of calls that published them.</summary>
internal static class PublishReader
{
    private const int GrpcHead = 5;
    private const string IdKey = "cloudevent.id";
    private const string TypeKey = "cloudevent.type";

    public static IEnumerable<PublishedMessage> Read(SidecarCall call, CallRequest request, CallAnswer answer, DateTimeOffset now)
    {
        if (!answer.IsSuccess)
        {
            return [];
        }

        return call.Name switch
        {
            Testing.Call.PublishEvent => [request.IsGrpc ? OfGrpc(call, request, now) : OfHttp(call, request, now)],
            Testing.Call.BulkPublishEvent => request.IsGrpc ? ManyOfGrpc(call, request, answer, now) : ManyOfHttp(call, request, now),
            _ => [],
        };
    }

    private static PublishedMessage OfGrpc(SidecarCall call, CallRequest request, DateTimeOffset now)
    {
        var published = PublishEventRequest.Parser.ParseFrom(request.Body.Span[GrpcHead..]);
        return Message(call, published.Data.Memory, published.DataContentType, Plain(published.Metadata), now);
    }

    private static PublishedMessage OfHttp(SidecarCall call, CallRequest request, DateTimeOffset now)
    {
        var contentType = request.Headers.FirstOrDefault(field => field.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value?[0] ?? "";
        return Message(call, request.Body, contentType, MetadataOf(request), now);
    }

    /// <summary>Entries that the broker refused are left out.</summary>
    private static List<PublishedMessage> ManyOfGrpc(SidecarCall call, CallRequest request, CallAnswer answer, DateTimeOffset now)
    {
        var published = Protos.BulkPublishRequest.Parser.ParseFrom(request.Body.Span[GrpcHead..]);
        var failed = answer.Body.Length < GrpcHead
            ? []
            : BulkPublishResponse.Parser.ParseFrom(answer.Body.AsSpan(GrpcHead)).FailedEntries.Select(entry => entry.EntryId).ToHashSet(StringComparer.Ordinal);
        return [.. published.Entries.Where(entry => !failed.Contains(entry.EntryId)).Select(entry => Message(call, entry.Event.Memory, entry.ContentType, Plain(entry.Metadata), now))];
    }

    private static IEnumerable<PublishedMessage> ManyOfHttp(SidecarCall call, CallRequest request, DateTimeOffset now) =>
        BulkPublishBody.Read(request.Body, MetadataOf(request))
            .Select(entry => Message(call, entry.Data, entry.ContentType, entry.Metadata ?? new Dictionary<string, string>(), now));

    private static PublishedMessage Message(SidecarCall call, ReadOnlyMemory<byte> data, string contentType, IReadOnlyDictionary<string, string> metadata, DateTimeOffset now)
    {
        var message = new PublishedMessage(call.Component, call.Topic, data, contentType, metadata)
        {
            Id = metadata.GetValueOrDefault(IdKey, ""),
            Type = metadata.GetValueOrDefault(TypeKey, ""),
            Service = call.Service,
            Call = call.Number,
            At = now,
        };
        return ContentTypes.IsCloudEvent(contentType) ? OfEnvelope(message) : message;
    }

    /// <summary>The service made the CloudEvent itself.</summary>
    private static PublishedMessage OfEnvelope(PublishedMessage message)
    {
        using var json = JsonDocument.Parse(message.Data);
        var data = json.RootElement.TryGetProperty("data", out var member) ? JsonSerializer.SerializeToUtf8Bytes(member) : [];
        return message with { Data = data, Id = Text("id") ?? message.Id, Type = Text("type") ?? message.Type };

        string? Text(string name) => json.RootElement.TryGetProperty(name, out var text) ? text.GetString() : null;
    }

    private static Dictionary<string, string> MetadataOf(CallRequest request)
    {
        const string Prefix = "metadata.";
        var mark = request.Target.IndexOf('?', StringComparison.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in mark < 0 ? [] : GoUrl.ParseQuery(request.Target[(mark + 1)..]))
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                metadata.TryAdd(name[Prefix.Length..], value);
            }
        }

        return metadata;
    }

    private static Dictionary<string, string> Plain(MapField<string, string> metadata) => metadata.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
}
