using System.Text.Json;
using Sidecar.PubSub.Envelope;

namespace Sidecar.PubSub.Delivery;

/// <summary>The body of a bulk delivery over HTTP.</summary>
internal static class BulkEnvelope
{
    public const string Type = "com.dapr.event.sent.bulk";
    private const int RoomForMembers = 256;

    public static ReadOnlyMemory<byte> Write(OutgoingBatch batch)
    {
        var size = RoomForMembers;
        foreach (var entry in batch.Entries)
        {
            size += (entry.Message.Data.Length * 4 / 3) + RoomForMembers;
        }

        var json = new JsonBuffer(size);
        json.Raw("{\"entries\":["u8);
        for (var i = 0; i < batch.Entries.Count; i++)
        {
            if (i > 0)
            {
                json.Raw((byte)',');
            }

            Entry(json, batch.Entries[i]);
        }

        json.Raw("],\"id\":"u8);
        json.Uuid(Guid.NewGuid());
        EnvelopeWriter.Member(json, ",\"metadata\":{\"pubsubName\":"u8, batch.PubSub);
        EnvelopeWriter.Member(json, "},\"pubsubname\":"u8, batch.PubSub);
        EnvelopeWriter.Member(json, ",\"topic\":"u8, batch.Topic);
        EnvelopeWriter.Member(json, ",\"type\":"u8, Type);
        json.Raw((byte)'}');
        return json.Written;
    }

    private static void Entry(JsonBuffer json, BulkEntry entry)
    {
        EnvelopeWriter.Member(json, "{\"contentType\":"u8, entry.ContentType);
        EnvelopeWriter.Member(json, ",\"entryId\":"u8, entry.Id);
        json.Raw(",\"event\":"u8);
        if (entry.Event is { } received)
        {
            var reader = new Utf8JsonReader(received.Body.Span, new JsonReaderOptions { MaxDepth = 10_000 });
            reader.Read();
            JsonCopy.Value(ref reader, json, asFloats: true);
        }
        else
        {
            json.Base64(entry.Message.Data.Span);
        }

        json.Raw(",\"metadata\":"u8);
        Metadata(json, entry.Message.Metadata);
        json.Raw((byte)'}');
    }

    private static void Metadata(JsonBuffer json, IReadOnlyDictionary<string, string> metadata)
    {
        if (MessageMetadata.IsNone(metadata))
        {
            json.Raw("null"u8);
            return;
        }

        json.Raw((byte)'{');
        var isFirst = true;
        foreach (var (name, value) in metadata)
        {
            if (!isFirst)
            {
                json.Raw((byte)',');
            }

            isFirst = false;
            json.String(name);
            json.Raw((byte)':');
            json.String(value);
        }

        json.Raw((byte)'}');
    }
}
