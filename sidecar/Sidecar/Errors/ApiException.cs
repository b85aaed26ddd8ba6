namespace Sidecar.Errors;

/// <summary>
/// What an API call answers when it fails, for HTTP and gRPC alike: one status for each, Dapr's error code, a sentence, details.
/// </summary>
public sealed class ApiException(int httpStatus, GrpcCode grpcCode, string code, string message, params ErrorDetail[] details) : Exception(message)
{
    public int HttpStatus { get; } = httpStatus;

    public GrpcCode GrpcCode { get; } = grpcCode;

    public string Code { get; } = code;

    public IReadOnlyList<ErrorDetail> Details { get; } = details;
}

/// <summary>The numbers of the gRPC protocol.</summary>
public enum GrpcCode
{
    Ok = 0,
    Canceled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}
