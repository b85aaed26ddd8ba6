using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sidecar.Zipkin;

/// <summary>
/// Reads a list of spans in JSON, as forgiving as Zipkin: what it does not know it skips, numbers may be texts and texts numbers. Skimming checks all of
/// it and makes nothing of tags and annotations.
/// </summary>
internal ref struct SpanReader
{
    private readonly bool skims;
    private Utf8JsonReader json;

    private SpanReader(ReadOnlySpan<byte> body, bool skims)
    {
        json = new Utf8JsonReader(body);
        this.skims = skims;
    }

    /// <summary>Throws <see cref="ZipkinException"/>: either all of them are taken or none.</summary>
    public static IReadOnlyList<ZipkinSpan> Read(ReadOnlySpan<byte> body) => [.. List(body, skims: false).Select(one => one.Span)];

    /// <summary>The same without tags and annotations, and where each stands in the body.</summary>
    public static IReadOnlyList<(ZipkinSpan Span, Range Place)> Skim(ReadOnlySpan<byte> body) => List(body, skims: true);

    private static List<(ZipkinSpan Span, Range Place)> List(ReadOnlySpan<byte> body, bool skims)
    {
        try
        {
            return new SpanReader(body, skims).List();
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

    private List<(ZipkinSpan Span, Range Place)> List()
    {
        var spans = new List<(ZipkinSpan, Range)>();
        Next(JsonTokenType.StartArray);
        while (More(JsonTokenType.EndArray))
        {
            var start = (int)json.TokenStartIndex;
            var span = Span();
            spans.Add((span, start..(int)json.BytesConsumed));
        }

        return spans;
    }

    private ZipkinSpan Span()
    {
        Expect(JsonTokenType.StartObject);
        string? trace = null, id = null, parent = null, name = null;
        ZipkinKind? kind = null;
        long timestamp = 0, duration = 0;
        ZipkinEndpoint? local = null, remote = null;
        IReadOnlyList<ZipkinAnnotation> annotations = [];
        IReadOnlyDictionary<string, string> tags = ZipkinSpan.NoTags;
        bool isDebug = false, isShared = false;
        while (More(JsonTokenType.EndObject))
        {
            var member = Member();
            if (json.TokenType == JsonTokenType.Null && member is not ("traceId" or "id"))
            {
                continue;
            }

            switch (member)
            {
                case "traceId": trace = ZipkinIds.Trace(Text()); break;
                case "id": id = ZipkinIds.Span(Text()); break;
                case "parentId": parent = ZipkinIds.Parent(Text()); break;
                case "kind": kind = Kind(Text()); break;
                case "name": name = Lower(Text()); break;
                case "timestamp": timestamp = Math.Max(0, Number()); break;
                case "duration": duration = Math.Max(0, Number()); break;
                case "localEndpoint": local = Endpoint(); break;
                case "remoteEndpoint": remote = Endpoint(); break;
                case "annotations": annotations = Annotations(annotations); break;
                case "tags": tags = Tags(tags); break;
                case "debug": isDebug |= json.GetBoolean(); break;
                case "shared": isShared |= json.GetBoolean(); break;
                default: json.Skip(); break;
            }
        }

        return trace is null || id is null
            ? throw new ZipkinException($"Missing :{(trace is null ? " traceId" : "")}{(id is null ? " id" : "")}")
            : new ZipkinSpan(trace, id)
            {
                ParentId = parent == id ? null : parent,
                Kind = kind,
                Name = name,
                Timestamp = timestamp,
                Duration = duration,
                Local = local,
                Remote = remote,
                Annotations = annotations,
                Tags = tags,
                IsDebug = isDebug,
                IsShared = isShared && kind != ZipkinKind.Client,
            };
    }

    private IReadOnlyList<ZipkinAnnotation> Annotations(IReadOnlyList<ZipkinAnnotation> before)
    {
        Expect(JsonTokenType.StartArray);
        List<ZipkinAnnotation>? all = skims ? null : [.. before];
        while (More(JsonTokenType.EndArray))
        {
            var annotation = Annotation();
            all?.Add(annotation);
        }

        return all is null ? [] : ZipkinSpan.Sorted(all);
    }

    private IReadOnlyDictionary<string, string> Tags(IReadOnlyDictionary<string, string> before)
    {
        Expect(JsonTokenType.StartObject);
        var all = skims ? null : new SortedDictionary<string, string>(before.ToDictionary(), StringComparer.Ordinal);
        while (More(JsonTokenType.EndObject))
        {
            var key = all is null ? "" : json.GetString()!;
            json.Read();
            switch (json.TokenType)
            {
                case JsonTokenType.Null:
                    throw new ZipkinException("No value at $.tags");
                case JsonTokenType.String or JsonTokenType.Number when all is null:
                    break;
                default:
                    var text = Text();
                    all![key] = text;
                    break;
            }
        }

        return all ?? before;
    }

    private ZipkinEndpoint? Endpoint()
    {
        Expect(JsonTokenType.StartObject);
        var endpoint = ZipkinEndpoint.None;
        while (More(JsonTokenType.EndObject))
        {
            switch (Member())
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
            switch (Member())
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

    /// <summary>Which member this is, none for one that is not known; goes to its value.</summary>
    private string Member()
    {
        var known = "";
        foreach (var name in ZipkinSpan.Members)
        {
            if (json.ValueTextEquals(name))
            {
                known = name;
                break;
            }
        }

        json.Read();
        return known;
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
