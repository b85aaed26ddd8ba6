using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos;
using Sidecar.PubSub.Envelope;
using Sidecar.PubSub.Routing;

namespace Sidecar.PubSub.Delivery;

/// <summary>Envelopes in the messages of the app's protocol: known members in fields, all others as extensions.</summary>
internal static class GrpcEvent
{
    /// <summary>Throws <see cref="DeliveryException"/> for data that does not fit its content type.</summary>
    public static TopicEventRequest Request(OutgoingEvent outgoing)
    {
        var members = Members(outgoing.Event);
        var contentType = Text(members, "datacontenttype");
        return new TopicEventRequest
        {
            Id = Text(members, "id"),
            Source = Text(members, "source"),
            Type = Text(members, "type"),
            SpecVersion = Text(members, "specversion"),
            DataContentType = contentType,
            Topic = outgoing.Topic,
            PubsubName = outgoing.PubSub,
            Path = outgoing.Path,
            Data = Binary(members) ?? Data(members, contentType),
            Extensions = Extensions(members),
        };
    }

    /// <summary>An entry whose data does not fit is left out: the app then says nothing of it, and it comes again.</summary>
    public static TopicEventBulkRequest BulkRequest(OutgoingBatch batch)
    {
        var request = new TopicEventBulkRequest
        {
            Id = Guid.NewGuid().ToString(),
            Topic = batch.Topic,
            PubsubName = batch.PubSub,
            Type = BulkEnvelope.Type,
            Path = batch.Path,
            Metadata = { [DeliveryMetadata.PubSub] = batch.PubSub },
        };
        foreach (var entry in batch.Entries)
        {
            if (TryEntry(entry) is { } item)
            {
                request.Entries.Add(item);
            }
        }

        return request;
    }

    private static TopicEventBulkRequestEntry? TryEntry(BulkEntry entry)
    {
        var item = new TopicEventBulkRequestEntry { EntryId = entry.Id, ContentType = entry.ContentType };
        foreach (var (name, value) in entry.Message.Metadata)
        {
            item.Metadata[name] = value;
        }

        if (entry.Event is not { } received)
        {
            item.Bytes = UnsafeByteOperations.UnsafeWrap(entry.Message.Data);
            return item;
        }

        try
        {
            var members = Members(received);
            var contentType = Text(members, "datacontenttype");
            item.CloudEvent = new TopicEventCERequest
            {
                Id = Text(members, "id"),
                Source = Text(members, "source"),
                Type = Text(members, "type"),
                SpecVersion = Text(members, "specversion"),
                DataContentType = contentType,
                Data = Data(members, contentType),
                Extensions = Extensions(members),
            };
            return item;
        }
        catch (DeliveryException)
        {
            return null;
        }
    }

    private static CelMap Members(ReceivedEvent received) => received.Tree() as CelMap ?? [];

    private static string Text(CelMap members, string name) => members.GetValueOrDefault(name) as string ?? "";

    private static ByteString? Binary(CelMap members)
    {
        switch (members.GetValueOrDefault("data_base64"))
        {
            case null:
                return null;
            case string text:
                try
                {
                    return ByteString.FromBase64(text);
                }
                catch (FormatException broken)
                {
                    throw new DeliveryException("error returned from app while processing pub/sub event: retriable error occurred: illegal base64 data", broken);
                }

            default:
                throw Unexpected();
        }
    }

    /// <summary>Data of any other content type does not reach the app, as in daprd.</summary>
    private static ByteString Data(CelMap members, string contentType)
    {
        var data = members.GetValueOrDefault("data");
        if (data is not null && ContentTypes.IsText(contentType))
        {
            return data switch
            {
                string text => ByteString.CopyFromUtf8(text),
                byte[] bytes => UnsafeByteOperations.UnsafeWrap(bytes),
                _ => throw Unexpected(),
            };
        }

        return data is not null && (ContentTypes.IsJson(contentType) || ContentTypes.IsCloudEvent(contentType))
            ? UnsafeByteOperations.UnsafeWrap(EventTree.Write(data))
            : ByteString.Empty;
    }

    private static Struct Extensions(CelMap members)
    {
        var extensions = new Struct();
        foreach (var (name, value) in members)
        {
            if (name is string text && text is not ("id" or "source" or "datacontenttype" or "type" or "specversion" or "data" or "data_base64"))
            {
                extensions.Fields[text] = Extension(value);
            }
        }

        return extensions;
    }

    private static Value Extension(object? value)
    {
        EventTree.RequireStack();
        switch (value)
        {
            case string text:
                return Value.ForString(text);
            case bool yes:
                return Value.ForBool(yes);
            case double number:
                return Value.ForNumber(number);
            case List<object?> list:
                return new Value { ListValue = new ListValue { Values = { list.Select(Extension) } } };
            case CelMap map:
                var inner = new Struct();
                foreach (var (name, item) in map)
                {
                    inner.Fields[(string)name] = Extension(item);
                }

                return Value.ForStruct(inner);
            default:
                return Value.ForNull();
        }
    }

    private static DeliveryException Unexpected() =>
        new("error returned from app while processing pub/sub event: retriable error occurred: unexpected data type encountered in envelope");
}
