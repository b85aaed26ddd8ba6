using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Dapr;

/// <summary>Gives endpoints the data of a CloudEvent as if it had been sent without its envelope.</summary>
internal sealed class CloudEventsMiddleware(RequestDelegate next, CloudEventsMiddlewareOptions options)
{
    private const string MediaType = "application/cloudevents+json";

    public Task InvokeAsync(HttpContext context) =>
        MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase)
            ? UnwrapAsync(context, type.Encoding ?? Encoding.UTF8)
            : next(context);

    private async Task UnwrapAsync(HttpContext context, Encoding encoding)
    {
        var request = context.Request;
        using var envelope = await ReadAsync(request.Body, encoding, context.RequestAborted);
        var properties = CloudEventProperties.Of(envelope.RootElement);
        if (properties.Data is not null && properties.Binary is not null)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var (body, contentType) = CloudEventPayload.Of(properties, options);
        if (options.ForwardCloudEventPropertiesAsHeaders)
        {
            properties.Forward(request.Headers, options);
        }

        var (originalBody, originalType) = (request.Body, request.ContentType);
        using var payload = new MemoryStream(body, writable: false);
        request.Body = payload;
        request.ContentType = contentType;
        try
        {
            await next(context);
        }
        finally
        {
            request.Body = originalBody;
            request.ContentType = originalType;
        }
    }

    private static async Task<JsonDocument> ReadAsync(Stream body, Encoding encoding, CancellationToken cancellation)
    {
        if (encoding.CodePage == Encoding.UTF8.CodePage)
        {
            return await JsonDocument.ParseAsync(body, cancellationToken: cancellation);
        }

        using var reader = new StreamReader(body, encoding, leaveOpen: true);
        return JsonDocument.Parse(await reader.ReadToEndAsync(cancellation));
    }
}
