using Sidecar.Json;

namespace Sidecar.PubSub.Envelope;

/// <summary>Makes the CloudEvents that go to a broker.</summary>
internal static class EnvelopeWriter
{
    public const string DefaultSource = "Dapr";
    public const string DefaultType = "com.dapr.event.sent";
    private const int RoomForMembers = 512;

    /// <summary>A body that is a CloudEvent already is completed, any other one is wrapped. Throws <see cref="GoJsonException"/>.</summary>
    public static ReadOnlyMemory<byte> Write(NewEvent what) =>
        ContentTypes.IsCloudEvent(what.ContentType) ? CloudEventCompletion.Write(what) : Wrap(what);

    /// <summary>What a raw subscription gets: the bytes as they came, in an envelope that knows nothing of their origin.</summary>
    public static JsonBuffer BeginRaw(ReadOnlySpan<byte> data, string topic, string pubsub)
    {
        var json = new JsonBuffer((data.Length * 4 / 3) + RoomForMembers);
        json.Raw("{\"data_base64\":"u8);
        json.Base64(data);
        json.Raw(",\"datacontenttype\":\"application/octet-stream\",\"id\":"u8);
        json.Uuid(Guid.NewGuid());
        json.Raw(",\"pubsubname\":"u8);
        json.String(pubsub);
        json.Raw(",\"source\":\"Dapr\",\"specversion\":\"1.0\",\"type\":\"com.dapr.event.sent\",\"topic\":"u8);
        json.String(topic);
        return json;
    }

    public static void Member(JsonBuffer json, ReadOnlySpan<byte> name, string value)
    {
        json.Raw(name);
        json.String(value);
    }

    /// <summary>The moment from which on nobody wants this message.</summary>
    public static void Expiration(JsonBuffer json, NewEvent what)
    {
        if (what.ExpiresAfter is { } after)
        {
            json.Raw(",\"expiration\":"u8);
            json.Time(what.Now.ToUniversalTime() + after);
        }
    }

    private static ReadOnlyMemory<byte> Wrap(NewEvent what)
    {
        var overrides = Overrides.Of(what.Metadata);
        var contentType = what.ContentType.Length == 0 ? ContentTypes.Text : what.ContentType;
        var json = new JsonBuffer(what.Data.Length + RoomForMembers);
        json.Raw((byte)'{');
        Data(json, what.Data.Span, contentType);
        Member(json, ",\"datacontenttype\":"u8, contentType);
        Expiration(json, what);
        json.Raw(",\"id\":"u8);
        if (overrides.Id is { Length: > 0 } id)
        {
            json.String(id);
        }
        else
        {
            json.Uuid(Guid.NewGuid());
        }

        Member(json, ",\"pubsubname\":"u8, what.PubSub);
        Member(json, ",\"source\":"u8, Text(overrides.Source ?? what.AppId, DefaultSource));
        json.Raw(",\"specversion\":\"1.0\""u8);
        if (overrides.Subject is { Length: > 0 } subject)
        {
            Member(json, ",\"subject\":"u8, subject);
        }

        json.Raw(",\"time\":"u8);
        json.Time(what.Now);
        Member(json, ",\"topic\":"u8, what.Topic);
        var traceparent = Text(overrides.Traceparent ?? "", overrides.TraceId ?? what.Traceparent);
        Member(json, ",\"traceid\":"u8, traceparent);
        Member(json, ",\"traceparent\":"u8, traceparent);
        Member(json, ",\"tracestate\":"u8, overrides.Tracestate ?? what.Tracestate);
        Member(json, ",\"type\":"u8, Text(overrides.Type ?? "", DefaultType));
        json.Raw((byte)'}');
        return json.Written;
    }

    private static void Data(JsonBuffer json, ReadOnlySpan<byte> data, string contentType)
    {
        if (ContentTypes.IsJson(contentType))
        {
            var before = json.Mark();
            json.Raw("\"data\":"u8);
            if (JsonCopy.TryCopy(data, json))
            {
                return;
            }

            json.BackTo(before);
        }
        else if (ContentTypes.IsBinary(contentType) || ContentTypes.IsCloudEventProtobuf(contentType, data))
        {
            json.Raw("\"data_base64\":"u8);
            json.Base64(data);
            return;
        }

        json.Raw("\"data\":"u8);
        json.String(data);
    }

    private static string Text(string text, string fallback) => text.Length == 0 ? fallback : text;
}
