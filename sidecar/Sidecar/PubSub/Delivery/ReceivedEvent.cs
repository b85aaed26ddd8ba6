using System.Runtime.InteropServices;
using System.Text.Json;
using Sidecar.Json;
using Sidecar.PubSub.Envelope;
using Sidecar.PubSub.Routing;

namespace Sidecar.PubSub.Delivery;

/// <summary>
/// An envelope that came from a broker. Most deliveries need a few of its members only; all of it is read when a rule or a gRPC app
/// asks for it.
/// </summary>
internal sealed class ReceivedEvent
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 10_000 };
    private readonly IReadOnlyDictionary<string, string> metadata;
    private Place id;
    private Place topic;
    private Place traceparent;
    private Place traceId;
    private Place expiration;
    private object? tree;

    private ReceivedEvent(ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> metadata)
    {
        Body = body;
        this.metadata = metadata;
    }

    /// <summary>What an app gets to see.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>For messages in the log.</summary>
    public string Id => id.Text(Body.Span) ?? "<nil>";

    public string Topic => topic.Text(Body.Span) ?? "<nil>";

    /// <summary>The trace that the message belongs to; null when it says nothing of one.</summary>
    public string? Trace { get; private set; }

    /// <summary>Throws <see cref="GoJsonException"/> when the body is no JSON object. Metadata of the broker fills a missing trace in.</summary>
    public static ReceivedEvent Read(ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> metadata)
    {
        var found = new ReceivedEvent(body, metadata);
        found.Scan();
        found.Trace = found.FindTrace();
        return found;
    }

    /// <summary>The envelope that a raw subscription gets its bytes in.</summary>
    public static ReceivedEvent Wrap(BrokerMessage message, string topic, string pubsub)
    {
        var json = EnvelopeWriter.BeginRaw(message.Data.Span, topic, pubsub);
        var parent = message.Metadata.GetValueOrDefault(EventMembers.Traceparent);
        if ((parent ?? message.Metadata.GetValueOrDefault(EventMembers.TraceId)) is { } traceId)
        {
            EnvelopeWriter.Member(json, ",\"traceid\":"u8, traceId);
        }

        if (parent is not null)
        {
            EnvelopeWriter.Member(json, ",\"traceparent\":"u8, parent);
        }

        if (message.Metadata.TryGetValue(EventMembers.Tracestate, out var tracestate))
        {
            EnvelopeWriter.Member(json, ",\"tracestate\":"u8, tracestate);
        }

        json.Raw((byte)'}');
        return Read(json.Written, BrokerMessage.Empty);
    }

    /// <summary>A CloudEvent in the binary mode: its members stand in the broker's metadata, the body is its data.</summary>
    public static ReceivedEvent FromBinary(BrokerMessage message, string contentType)
    {
        const string Prefix = "ce_";
        var members = new CelMap();
        foreach (var (name, value) in message.Metadata)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                members[name[Prefix.Length..].ToLowerInvariant()] = value;
            }
        }

        members["data"] = message.Data.ToArray();
        members["datacontenttype"] = contentType;
        return new ReceivedEvent(message.Data, BrokerMessage.Empty)
        {
            tree = members,
            Trace = (members.GetValueOrDefault(EventMembers.Traceparent) ?? members.GetValueOrDefault(EventMembers.TraceId)) as string,
        };
    }

    /// <summary>As values of CEL.</summary>
    public object? Tree()
    {
        if (tree is null)
        {
            tree = EventTree.Read(Body.Span);
            if (tree is CelMap members && metadata.Count > 0)
            {
                AddTrace(members);
            }
        }

        return tree;
    }

    public bool HasExpired(DateTimeOffset now)
    {
        var text = tree is CelMap members ? members.GetValueOrDefault("expiration") as string : expiration.Text(Body.Span);
        return text is { Length: > 0 } && Rfc3339.TryParse(text, out var end) && end < now;
    }

    private void Scan()
    {
        var reader = new Utf8JsonReader(Body.Span, Options);
        try
        {
            if (reader.Read() && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null))
            {
                throw new GoJsonException($"json: cannot unmarshal {Kind(reader.TokenType)} into Go value of type map[string]interface {{}}");
            }

            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.Number)
                {
                    JsonCopy.RequireFloat(reader.ValueSpan);
                }
                else if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
                {
                    Member(ref reader);
                }
            }
        }
        catch (JsonException)
        {
            throw new GoJsonException(GoSyntax.Describe(Body.Span));
        }
    }

    /// <summary>Names with escapes in them are none of ours.</summary>
    private void Member(ref Utf8JsonReader reader)
    {
        switch (reader.ValueSpan)
        {
            case [(byte)'i', (byte)'d']:
                id = Place.After(ref reader);
                break;
            case var name when name.SequenceEqual("topic"u8):
                topic = Place.After(ref reader);
                break;
            case var name when name.SequenceEqual("traceid"u8):
                traceId = Place.After(ref reader);
                break;
            case var name when name.SequenceEqual("traceparent"u8):
                traceparent = Place.After(ref reader);
                break;
            case var name when name.SequenceEqual("expiration"u8):
                expiration = Place.After(ref reader);
                break;
        }
    }

    /// <summary>traceparent before traceid, the envelope before the metadata; something that is no text is no trace, but no gap either.</summary>
    private string? FindTrace()
    {
        if (traceparent.IsThere && !traceparent.IsNull)
        {
            return traceparent.Text(Body.Span);
        }

        if (!traceparent.IsThere && metadata.TryGetValue(EventMembers.Traceparent, out var fromBroker))
        {
            return fromBroker;
        }

        return traceId.IsThere ? traceId.Text(Body.Span) : metadata.GetValueOrDefault(EventMembers.TraceId);
    }

    private void AddTrace(CelMap members)
    {
        if (metadata.TryGetValue(EventMembers.TraceId, out var id))
        {
            members.TryAdd(EventMembers.TraceId, id);
        }

        if (metadata.TryGetValue(EventMembers.Traceparent, out var parent) && members.TryAdd(EventMembers.Traceparent, parent))
        {
            members[EventMembers.TraceId] = parent;
        }

        if (metadata.TryGetValue(EventMembers.Tracestate, out var state))
        {
            members.TryAdd(EventMembers.Tracestate, state);
        }
    }

    private static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "array",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        _ => "bool",
    };

    /// <summary>Where the value of a member stands in the body.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Place
    {
        private readonly int from;
        private readonly int length;
        private readonly JsonTokenType token;

        private Place(int from, int length, JsonTokenType token) => (this.from, this.length, this.token) = (from, length, token);

        public bool IsThere => token != JsonTokenType.None;

        public bool IsNull => token == JsonTokenType.Null;

        public static Place After(ref Utf8JsonReader reader)
        {
            reader.Read();
            return new((int)reader.TokenStartIndex, reader.ValueSpan.Length, reader.TokenType);
        }

        public string? Text(ReadOnlySpan<byte> body) => token == JsonTokenType.String ? GoString.Unquote(body.Slice(from + 1, length)) : null;
    }
}
