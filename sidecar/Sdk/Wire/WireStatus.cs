using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace Dapr.Wire;

/// <summary>What the header, and later the trailer, of an answer say about the outcome of its call.</summary>
internal static class WireStatus
{
    private const string Code = "grpc-status";
    private const string Message = "grpc-message";

    /// <summary>Refuses what is no answer of a gRPC server.</summary>
    public static void CheckHead(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw WireFailure.Of(CodeOf(response.StatusCode), $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}");
        }

        if (response.Content.Headers.ContentType?.MediaType is not { } type || !type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase))
        {
            throw WireFailure.Of(StatusCode.Cancelled, $"Bad gRPC response. Invalid content-type value: {response.Content.Headers.ContentType}");
        }
    }

    /// <summary>Throws unless the call succeeded. To be asked after the whole body was read.</summary>
    public static void CheckEnd(HttpResponseMessage response)
    {
        var fields = response.TrailingHeaders;
        if (!fields.NonValidated.TryGetValues(Code, out var codes))
        {
            fields = response.Headers;
            if (!fields.NonValidated.TryGetValues(Code, out codes))
            {
                throw WireFailure.Of(StatusCode.Cancelled, "No grpc-status found on response.");
            }
        }

        var code = codes.ToString();
        if (code == "0")
        {
            return;
        }

        if (!int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw WireFailure.Of(StatusCode.Cancelled, $"Unexpected grpc-status value: {code}");
        }

        var detail = fields.NonValidated.TryGetValues(Message, out var messages) ? Uri.UnescapeDataString(messages.ToString()) : "";
        throw new RpcException(new Status((StatusCode)number, detail), TrailersOf(fields));
    }

    private static Metadata TrailersOf(HttpResponseHeaders fields)
    {
        var trailers = new Metadata();
        foreach (var (name, values) in fields.NonValidated)
        {
            if (name.StartsWith(':') || string.Equals(name, Code, StringComparison.OrdinalIgnoreCase) || string.Equals(name, Message, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            foreach (var value in values)
            {
                if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
                {
                    trailers.Add(name, value);
                }
                else if (WireBinary.TryRead(value, out var bytes))
                {
                    trailers.Add(name, bytes);
                }
            }
        }

        return trailers;
    }

    private static StatusCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };
}
