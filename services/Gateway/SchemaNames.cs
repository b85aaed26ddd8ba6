using System.Text.Json.Nodes;

namespace Library.Gateway;

/// <summary>The schemas of all services under one roof: equal ones are one, others of the same name carry their service's.</summary>
internal sealed class SchemaNames
{
    private const string Prefix = "#/components/schemas/";
    private readonly Dictionary<string, string> _meanings = [];

    public JsonObject Schemas { get; } = [];

    /// <summary>A copy of a part of a service's description that refers to the schemas here.</summary>
    public JsonNode Adopt(JsonNode part, string app, JsonObject? schemas)
    {
        var copy = part.DeepClone();
        foreach (var (name, rewrite) in References(copy).ToList())
        {
            rewrite(Prefix + Place(name, app, schemas));
        }

        return copy;
    }

    private string Place(string name, string app, JsonObject? schemas)
    {
        var meaning = Meaning(name, schemas);
        var place = !_meanings.TryGetValue(name, out var known) || known == meaning ? name : Pascal(app) + name;
        if (_meanings.TryAdd(place, meaning) && schemas?[name] is { } schema)
        {
            Schemas[place] = Adopt(schema, app, schemas);
        }

        return place;
    }

    /// <summary>A schema with all that it refers to, as text: equal texts mean the same.</summary>
    private static string Meaning(string name, JsonObject? schemas)
    {
        var reached = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var left = new Stack<string>([name]);
        while (left.TryPop(out var next))
        {
            if (reached.ContainsKey(next))
            {
                continue;
            }

            reached[next] = schemas?[next]?.ToJsonString() ?? "";
            foreach (var (more, _) in References(schemas?[next]))
            {
                left.Push(more);
            }
        }

        return string.Join('\n', reached.Select(schema => $"{schema.Key} {schema.Value}"));
    }

    private static IEnumerable<(string Name, Action<string> Rewrite)> References(JsonNode? node) => node switch
    {
        JsonObject o => o.ToList().SelectMany(member => Name(member.Value) is { } name ? [(name, place => o[member.Key] = place)] : References(member.Value)),
        JsonArray a => a.ToList().SelectMany((item, i) => Name(item) is { } name ? [(name, place => a[i] = place)] : References(item)),
        _ => [],
    };

    private static string? Name(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : null;

    private static string Pascal(string app) => string.Concat(app.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
