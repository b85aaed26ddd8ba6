using Sidecar.Errors;

namespace Sidecar.Testing;

/// <summary>What a caller is told when its call fails. Without a status of HTTP its connection is cut.</summary>
public sealed record Failure(string Name, GrpcCode GrpcCode, int? HttpStatus, string Message)
{
    /// <summary>The sidecar is gone or its answer is lost; what happened is unknown.</summary>
    public static Failure Unavailable { get; } = new(nameof(Unavailable), GrpcCode.Unavailable, null, "the connection was cut by the test");

    /// <summary>It took too long; what happened is unknown.</summary>
    public static Failure DeadlineExceeded { get; } = new(nameof(DeadlineExceeded), GrpcCode.DeadlineExceeded, null, "the deadline was exceeded, says the test");

    /// <summary>As if an etag did not match.</summary>
    public static Failure Aborted { get; } = new(nameof(Aborted), GrpcCode.Aborted, 409, "possible etag mismatch, says the test");

    /// <summary>The store or the broker has failed.</summary>
    public static Failure Internal { get; } = new(nameof(Internal), GrpcCode.Internal, 500, "the component failed, says the test");
}
