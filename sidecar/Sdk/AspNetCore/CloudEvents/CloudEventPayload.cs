using System.Runtime.InteropServices;
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
        return (isText ? Encoding.UTF8.GetBytes(data.GetString()!) : JsonMarshal.GetRawUtf8Value(data).ToArray(), contentType);
    }

    /// <summary>The type without its charset: the body is UTF-8 now, whatever it was.</summary>
    private static string TypeOf(string? declared, out bool isJson)
    {
        if (declared is null)
        {
            isJson = true;
            return Json;
        }

        if (!MediaTypeHeaderValue.TryParse(declared, out var type))
        {
            isJson = false;
            return declared;
        }

        isJson = type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);
        type.Charset = null;
        return type.ToString();
    }
}
