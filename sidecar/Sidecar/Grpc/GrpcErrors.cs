using System.Globalization;
using Sidecar.Errors;

namespace Sidecar.Grpc;

/// <summary>Failures of the protocol itself, in the words of Go's gRPC, which daprd's callers see.</summary>
public static class GrpcErrors
{
    /// <summary>What daprd cuts a detail of an HTTP failure to, because it travels as metadata.</summary>
    private const int LongestDetail = 63;

    public static ApiException Of(GrpcCode code, string message, params ErrorDetail[] details) => new(500, code, "ERROR", message, details);

    /// <summary>What HTTP says with a bare code has, in most of Dapr's APIs, an ErrorInfo with that code over gRPC.</summary>
    public static ApiException Rich(ApiException error) =>
        error.Details.Count > 0 ? error : new(error.HttpStatus, error.GrpcCode, error.Code, error.Message, new ErrorInfo(error.Code));

    public static ApiException Internal(string message) => Of(GrpcCode.Internal, message);

    public static ApiException Unimplemented(string message) => Of(GrpcCode.Unimplemented, message);

    public static ApiException TooLarge(long size, long limit) =>
        Of(GrpcCode.ResourceExhausted, $"grpc: received message larger than max ({size} vs. {limit})");

    public static ApiException TooLargeToSend(long size, long limit) =>
        Of(GrpcCode.ResourceExhausted, $"grpc: trying to send message larger than max ({size} vs. {limit})");

    public static ApiException DeadlineExceeded() => Of(GrpcCode.DeadlineExceeded, "context deadline exceeded");

    public static ApiException Canceled() => Of(GrpcCode.Canceled, "context canceled");

    public static ApiException UnknownEncoding(string encoding, GrpcCode code) =>
        Of(code, $"grpc: Decompressor is not installed for grpc-encoding \"{encoding}\"");

    /// <summary>An HTTP status as gRPC callers of daprd see it: its text, and the number and a sentence in the details.</summary>
    public static ApiException OfHttp(int status, string detail)
    {
        var text = StatusText(status);
        var metadata = new Dictionary<string, string>
        {
            ["http.code"] = status.ToString(CultureInfo.InvariantCulture),
            ["http.error_message"] = detail.Length > LongestDetail ? detail[..LongestDetail] : detail,
        };
        return Of(CodeOfHttp(status), text, new ErrorInfo(text, metadata));
    }

    public static GrpcCode CodeOfHttp(int status) => status switch
    {
        >= 200 and < 300 => GrpcCode.Ok,
        400 => GrpcCode.Internal,
        401 => GrpcCode.Unauthenticated,
        403 => GrpcCode.PermissionDenied,
        404 => GrpcCode.NotFound,
        408 => GrpcCode.Canceled,
        409 => GrpcCode.AlreadyExists,
        429 => GrpcCode.ResourceExhausted,
        500 => GrpcCode.Unknown,
        501 => GrpcCode.Unimplemented,
        503 => GrpcCode.Unavailable,
        504 => GrpcCode.DeadlineExceeded,
        _ => GrpcCode.Unknown,
    };

    public static int HttpOfCode(GrpcCode code) => code switch
    {
        GrpcCode.Ok => 200,
        GrpcCode.Canceled => 408,
        GrpcCode.InvalidArgument or GrpcCode.FailedPrecondition or GrpcCode.OutOfRange => 400,
        GrpcCode.DeadlineExceeded => 504,
        GrpcCode.NotFound => 404,
        GrpcCode.AlreadyExists or GrpcCode.Aborted => 409,
        GrpcCode.PermissionDenied => 403,
        GrpcCode.Unauthenticated => 401,
        GrpcCode.ResourceExhausted => 429,
        GrpcCode.Unimplemented => 501,
        GrpcCode.Unavailable => 503,
        _ => 500,
    };

    /// <summary>The registered phrase of an HTTP status; empty for a number that nobody registered.</summary>
    public static string StatusText(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status) switch
    {
        // Go keeps the older names of these.
        "Content Too Large" or "Payload Too Large" => "Request Entity Too Large",
        "URI Too Long" => "Request URI Too Long",
        "Unsupported Media Type" => "Unsupported Media Type",
        "Range Not Satisfiable" => "Requested Range Not Satisfiable",
        "Unprocessable Content" => "Unprocessable Entity",
        var phrase => phrase,
    };
}
