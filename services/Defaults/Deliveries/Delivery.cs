using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Library.Defaults.Deliveries;

/// <summary>A message as the sidecar hands it over: the data of its cloud event, and what names it.</summary>
public sealed record Delivery(string Topic, string Id, JsonElement Data)
{
    private const string Envelope = "application/cloudevents+json";

    /// <summary>Reads the envelope, or what is left where something before us has opened it already. What is no JSON becomes a text.</summary>
    internal static async Task<Delivery> Read(HttpRequest request, string topic, CancellationToken cancellation)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(cancellation);
        var body = Parse(text);
        return request.ContentType?.StartsWith(Envelope, StringComparison.OrdinalIgnoreCase) == true && body.ValueKind == JsonValueKind.Object
            ? new Delivery(Text(body, "topic") ?? topic, Text(body, "id") ?? "", body.TryGetProperty("data", out var data) ? data : default)
            : new Delivery(Header(request, "topic") ?? topic, Header(request, "id") ?? "", body);
    }

    private static JsonElement Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }

    private static string? Text(JsonElement envelope, string name) =>
        envelope.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Header(HttpRequest request, string name) => request.Headers[$"Cloudevent.{name}"] is [{ } value] ? value : null;
}
