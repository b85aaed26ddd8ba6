namespace Grpc.Core;

/// <summary>The outcome of a gRPC call.</summary>
public enum StatusCode
{
    /// <summary>Success.</summary>
    OK = 0,

    /// <summary>The call was cancelled, typically by its caller.</summary>
    Cancelled = 1,

    /// <summary>An error of unknown kind.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first; the call may have happened.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and not allowed.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or a limit is exhausted.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the call needs.</summary>
    FailedPrecondition = 9,

    /// <summary>The call was aborted, typically by a lost race.</summary>
    Aborted = 10,

    /// <summary>The call went past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>Nobody implements the method.</summary>
    Unimplemented = 12,

    /// <summary>An invariant of the server is broken.</summary>
    Internal = 13,

    /// <summary>Nobody answers; a later try may succeed.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupted.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
