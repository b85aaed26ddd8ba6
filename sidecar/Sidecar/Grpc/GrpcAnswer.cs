using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Sidecar.Errors;

namespace Sidecar.Grpc;

/// <summary>Reads the status of an answer, from its headers when there is nothing else, from its trailers at the end.</summary>
internal static class GrpcAnswer
{
    /// <summary>Throws when the headers say already that no message will come.</summary>
    public static void ThrowIfOver(HttpResponseMessage response)
    {
        if (response.Headers.Contains(GrpcStatus.CodeHeader))
        {
            ThrowUnlessOk(response, response.Headers);
        }
        else if (response.StatusCode != HttpStatusCode.OK)
        {
            var text = GrpcErrors.StatusText((int)response.StatusCode);
            throw new GrpcException(CodeOf(response.StatusCode), $"unexpected HTTP status code received from server: {(int)response.StatusCode} ({text})");
        }
    }

    public static void ThrowUnlessOk(HttpResponseMessage response) =>
        ThrowUnlessOk(response, response.Headers.Contains(GrpcStatus.CodeHeader) ? response.Headers : response.TrailingHeaders);

    private static void ThrowUnlessOk(HttpResponseMessage response, HttpResponseHeaders trailers)
    {
        var number = Value(trailers, GrpcStatus.CodeHeader);
        if (number == "0")
        {
            return;
        }

        if (number.Length == 0)
        {
            throw new GrpcException(GrpcCode.Internal, "server closed the stream without sending trailers");
        }

        var code = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var known) && known <= (int)GrpcCode.Unauthenticated
            ? (GrpcCode)known
            : GrpcCode.Unknown;
        throw new GrpcException(code, GrpcStatus.Unescape(Value(trailers, GrpcStatus.MessageHeader)), Details(trailers))
        {
            Headers = response.Headers,
            Trailers = trailers,
        };
    }

    private static Protos.Rpc.Status? Details(HttpResponseHeaders trailers)
    {
        if (!GrpcMetadata.TryDecode(Value(trailers, GrpcStatus.DetailsHeader), out var packed) || packed.Length == 0)
        {
            return null;
        }

        try
        {
            return Protos.Rpc.Status.Parser.ParseFrom(packed);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static string Value(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : "";

    private static GrpcCode CodeOf(HttpStatusCode status) => (int)status switch
    {
        400 => GrpcCode.Internal,
        401 => GrpcCode.Unauthenticated,
        403 => GrpcCode.PermissionDenied,
        404 => GrpcCode.Unimplemented,
        429 or 502 or 503 or 504 => GrpcCode.Unavailable,
        _ => GrpcCode.Unknown,
    };
}
