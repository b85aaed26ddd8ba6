using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Dapr;

/// <summary>The data of a CloudEvent as the body of a request.</summary>
internal static class CloudEventPayload
{
    private const string Json = "application/json";

    public static (byte[] Body, string? ContentType) Of(CloudEventProperties properties, CloudEventsMiddlewareOptions options)
    {
        var contentType = TypeOf(properties.ContentType, out var isJson);
        if (properties.Binary is { } binary)
        {
            return (binary.GetBytesFromBase64(), contentType);
        }

        if (properties.Data is not { } data)
        {
            return ([], null);
        }

        var isText = data.ValueKind == JsonValueKind.String && !isJson && !options.SuppressJsonDecodingOfTextPayloads;
        return (isText ? Encoding.UTF8.GetBytes(data.GetString()!) : JsonSerializer.SerializeToUtf8Bytes(data), contentType);
    }

    /// <summary>The type without its charset: the body is UTF-8 now, whatever it was. What cannot be read counts as JSON.</summary>
    private static string TypeOf(string? declared, out bool isJson)
    {
        if (!MediaTypeHeaderValue.TryParse(declared, out var type))
        {
            isJson = true;
            return Json;
        }

        isJson = type.MediaType == Json;
        if (!type.Charset.HasValue)
        {
            return declared!;
        }

        type.Charset = null;
        return type.ToString();
    }
}
