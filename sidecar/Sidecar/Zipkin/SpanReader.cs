using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sidecar.Zipkin;

/// <summary>Reads a list of spans in JSON, as forgiving as Zipkin: what it does not know it skips, numbers may be texts and texts numbers.</summary>
internal ref struct SpanReader
{
    private Utf8JsonReader json;

    private SpanReader(ReadOnlySpan<byte> body) => json = new Utf8JsonReader(body);

    /// <summary>Throws <see cref="ZipkinException"/>: either all of them are taken or none.</summary>
    public static IReadOnlyList<ZipkinSpan> Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return new SpanReader(body).List();
        }
        catch (ZipkinException problem)
        {
            throw new ZipkinException($"{problem.Message} reading List<Span> from json");
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException)
        {
            throw new ZipkinException("Malformed reading List<Span> from json");
        }
    }

    private List<ZipkinSpan> List()
    {
        var spans = new List<ZipkinSpan>();
        Next(JsonTokenType.StartArray);
        while (More(JsonTokenType.EndArray))
        {
            spans.Add(Span());
        }

        return spans;
    }

    private ZipkinSpan Span()
    {
        Expect(JsonTokenType.StartObject);
        string? trace = null, id = null;
        var span = new ZipkinSpan("", "");
        var annotations = new List<ZipkinAnnotation>();
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (More(JsonTokenType.EndObject))
        {
            var name = Name();
            if (json.TokenType == JsonTokenType.Null && name is not ("traceId" or "id"))
            {
                continue;
            }

            switch (name)
            {
                case "traceId":
                    trace = ZipkinIds.Trace(Text());
                    break;
                case "id":
                    id = ZipkinIds.Span(Text());
                    break;
                case "parentId":
                    span = span with { ParentId = ZipkinIds.Parent(Text()) };
                    break;
                case "kind":
                    span = span with { Kind = Kind(Text()) };
                    break;
                case "name":
                    span = span with { Name = Lower(Text()) };
                    break;
                case "timestamp":
                    span = span with { Timestamp = Math.Max(0, Number()) };
                    break;
                case "duration":
                    span = span with { Duration = Math.Max(0, Number()) };
                    break;
                case "localEndpoint":
                    span = span with { Local = Endpoint() };
                    break;
                case "remoteEndpoint":
                    span = span with { Remote = Endpoint() };
                    break;
                case "annotations":
                    Expect(JsonTokenType.StartArray);
                    while (More(JsonTokenType.EndArray))
                    {
                        annotations.Add(Annotation());
                    }

                    break;
                case "tags":
                    Expect(JsonTokenType.StartObject);
                    while (More(JsonTokenType.EndObject))
                    {
                        var key = Name();
                        tags[key] = json.TokenType == JsonTokenType.Null ? throw new ZipkinException($"No value at $.tags.{key}") : Text();
                    }

                    break;
                case "debug":
                    span = span with { IsDebug = json.GetBoolean() || span.IsDebug };
                    break;
                case "shared":
                    span = span with { IsShared = json.GetBoolean() || span.IsShared };
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return trace is null || id is null
            ? throw new ZipkinException($"Missing :{(trace is null ? " traceId" : "")}{(id is null ? " id" : "")}")
            : span with
            {
                TraceId = trace,
                Id = id,
                ParentId = span.ParentId == id ? null : span.ParentId,
                IsShared = span.IsShared && span.Kind != ZipkinKind.Client,
                Annotations = annotations.Count == 0 ? [] : ZipkinSpan.Sorted(annotations),
                Tags = tags,
            };
    }

    private ZipkinEndpoint? Endpoint()
    {
        Expect(JsonTokenType.StartObject);
        var endpoint = ZipkinEndpoint.None;
        while (More(JsonTokenType.EndObject))
        {
            var name = Name();
            switch (name)
            {
                case "serviceName" when json.TokenType != JsonTokenType.Null:
                    endpoint = endpoint with { ServiceName = Lower(Text()) };
                    break;
                case "ipv4" or "ipv6" when json.TokenType != JsonTokenType.Null:
                    endpoint = endpoint.With(Text());
                    break;
                case "port" when json.TokenType != JsonTokenType.Null:
                    var port = Number();
                    endpoint = endpoint with { Port = port > ushort.MaxValue ? throw new ZipkinException($"invalid port {port}") : (int)Math.Max(0, port) };
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return endpoint == ZipkinEndpoint.None ? null : endpoint;
    }

    private ZipkinAnnotation Annotation()
    {
        Expect(JsonTokenType.StartObject);
        long? timestamp = null;
        string? value = null;
        while (More(JsonTokenType.EndObject))
        {
            switch (Name())
            {
                case "timestamp":
                    timestamp = Number();
                    break;
                case "value":
                    value = Text();
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return timestamp is { } time && value is not null ? new ZipkinAnnotation(time, value) : throw new ZipkinException("Incomplete annotation at $.annotations");
    }

    /// <summary>Goes to the next token; false when it ends what is read.</summary>
    private bool More(JsonTokenType end) => json.Read() ? json.TokenType != end : throw new JsonException();

    private void Next(JsonTokenType type)
    {
        if (!json.Read())
        {
            throw new JsonException();
        }

        Expect(type);
    }

    private readonly void Expect(JsonTokenType type)
    {
        if (json.TokenType != type)
        {
            throw new JsonException();
        }
    }

    /// <summary>Of a member, and goes to its value.</summary>
    private string Name()
    {
        var name = json.GetString()!;
        json.Read();
        return name;
    }

    private readonly string Text() =>
        json.TokenType == JsonTokenType.Number ? Encoding.UTF8.GetString(json.ValueSpan)
        : json.TokenType == JsonTokenType.String ? json.GetString()!
        : throw new ZipkinException($"Expected a string but was {json.TokenType}");

    private readonly long Number()
    {
        var text = Text();
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e15 && double.IsInteger(number) ? (long)number
            : throw new ZipkinException($"Expected a long but was {text}");
    }

    private static ZipkinKind Kind(string name) => name switch
    {
        "CLIENT" => ZipkinKind.Client,
        "SERVER" => ZipkinKind.Server,
        "PRODUCER" => ZipkinKind.Producer,
        "CONSUMER" => ZipkinKind.Consumer,
        _ => throw new ZipkinException($"No enum constant zipkin2.Span.Kind.{name}"),
    };

    private static string? Lower(string name) => name.Length == 0 ? null : name.ToLowerInvariant();
}
