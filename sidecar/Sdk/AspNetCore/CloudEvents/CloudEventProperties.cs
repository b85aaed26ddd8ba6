using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Dapr;

/// <summary>The properties of a CloudEvent, found whatever the case of their names.</summary>
internal sealed class CloudEventProperties
{
    private const string HeaderPrefix = "Cloudevent.";
    private static readonly HashSet<string> NeverForwarded = new(StringComparer.OrdinalIgnoreCase) { "data", "data_base64", "datacontenttype", "pubsubname", "traceparent" };
    private readonly Dictionary<string, JsonElement> properties = new(StringComparer.OrdinalIgnoreCase);

    public JsonElement? Data => Find("data");

    public JsonElement? Binary => Find("data_base64");

    public string? ContentType => Find("datacontenttype") is { ValueKind: JsonValueKind.String } type ? type.GetString() : null;

    public static CloudEventProperties Of(JsonElement envelope)
    {
        var found = new CloudEventProperties();
        foreach (var property in envelope.EnumerateObject())
        {
            found.properties[property.Name] = property.Value;
        }

        return found;
    }

    public void Forward(IHeaderDictionary headers, CloudEventsMiddlewareOptions options)
    {
        foreach (var (name, value) in properties)
        {
            if (IsForwarded(name, options))
            {
                headers.TryAdd(HeaderPrefix + name.ToLowerInvariant(), value.GetRawText().Trim('"'));
            }
        }
    }

    private static bool IsForwarded(string name, CloudEventsMiddlewareOptions options) => !NeverForwarded.Contains(name) && options switch
    {
        { IncludedCloudEventPropertiesAsHeaders: { } included } => included.Contains(name, StringComparer.OrdinalIgnoreCase),
        { ExcludedCloudEventPropertiesFromHeaders: { } excluded } => !excluded.Contains(name, StringComparer.OrdinalIgnoreCase),
        _ => true,
    };

    private JsonElement? Find(string name) => properties.TryGetValue(name, out var value) ? value : null;
}
