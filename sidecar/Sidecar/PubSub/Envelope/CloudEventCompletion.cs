using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.PubSub.Envelope;

/// <summary>
/// An app's own CloudEvent: topic, broker and trace are set, missing members get their defaults, everything else stays. The last of
/// two members of one name counts.
/// </summary>
internal static class CloudEventCompletion
{
    private const int RoomForMembers = 320;

    public static ReadOnlyMemory<byte> Write(NewEvent what)
    {
        using var document = GoJson.Decode(what.Data);
        GoBinder.Require(document.RootElement, JsonValueKind.Object, "", "map[string]interface {}");
        var json = new JsonBuffer(what.Data.Length + RoomForMembers);
        json.Raw("{\"pubsubname\":"u8);
        json.String(what.PubSub);
        EnvelopeWriter.Member(json, ",\"topic\":"u8, what.Topic);
        EnvelopeWriter.Expiration(json, what);
        var own = document.RootElement;
        var hasTrace = own.TryGetProperty("traceid"u8, out _);
        foreach (var member in own.EnumerateObject())
        {
            var isReplaced =
                member.NameEquals("pubsubname"u8) || member.NameEquals("topic"u8) ||
                (member.NameEquals("traceparent"u8) && !hasTrace) || (member.NameEquals("expiration"u8) && what.ExpiresAfter is not null) ||
                (IsDefaulted(member) && IsMissing(own, member.Name));
            if (!isReplaced)
            {
                Copy(json, member);
            }
        }

        Complete(json, own, what, hasTrace);
        json.Raw((byte)'}');
        return json.Written;
    }

    private static void Complete(JsonBuffer json, JsonElement own, NewEvent what, bool hasTrace)
    {
        if (!own.TryGetProperty("time"u8, out _))
        {
            json.Raw(",\"time\":"u8);
            json.Time(what.Now);
        }

        if (!hasTrace)
        {
            EnvelopeWriter.Member(json, ",\"traceid\":"u8, what.Traceparent);
            EnvelopeWriter.Member(json, ",\"traceparent\":"u8, what.Traceparent);
        }

        if (!own.TryGetProperty("tracestate"u8, out _))
        {
            EnvelopeWriter.Member(json, ",\"tracestate\":"u8, what.Tracestate);
        }

        if (IsMissing(own, "source"))
        {
            EnvelopeWriter.Member(json, ",\"source\":"u8, EnvelopeWriter.DefaultSource);
        }

        if (IsMissing(own, "type"))
        {
            EnvelopeWriter.Member(json, ",\"type\":"u8, EnvelopeWriter.DefaultType);
        }

        if (IsMissing(own, "specversion"))
        {
            json.Raw(",\"specversion\":\"1.0\""u8);
        }
    }

    private static void Copy(JsonBuffer json, JsonProperty member)
    {
        json.Raw((byte)',');
        json.Quoted(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8PropertyName(member));
        json.Raw((byte)':');
        JsonCopy.TryCopy(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(member.Value), json);
    }

    private static bool IsDefaulted(JsonProperty member) =>
        member.NameEquals("source"u8) || member.NameEquals("type"u8) || member.NameEquals("specversion"u8);

    private static bool IsMissing(JsonElement own, string name) => !own.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null;
}
