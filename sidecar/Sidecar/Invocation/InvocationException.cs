using Sidecar.Errors;
using Sidecar.Grpc;

namespace Sidecar.Invocation;

/// <summary>
/// A call that no app answered, in daprd's words. With a code it is a gRPC status on its way between sidecars, and that is how its
/// text reads.
/// </summary>
public sealed class InvocationException : Exception
{
    public InvocationException(string message)
        : base(message)
    {
        Code = GrpcCode.Unknown;
        Description = message;
    }

    public InvocationException(GrpcCode code, string description)
        : base($"rpc error: code = {(code == GrpcCode.Ok ? "OK" : code)} desc = {description}")
    {
        Code = code;
        Description = description;
    }

    public GrpcCode Code { get; }

    /// <summary>The text without the code.</summary>
    public string Description { get; }

    /// <summary>Nobody listens at the address of the other sidecar.</summary>
    public bool IsUnreached { get; init; }

    /// <summary>The connection to the other sidecar is the problem: another one, or a later moment, may do.</summary>
    public bool IsTransient => Code is GrpcCode.Unavailable or GrpcCode.Unauthenticated;

    /// <summary>The answer to whoever asked this sidecar.</summary>
    public static ApiException Answer(string target, Exception problem) => new(
        problem is InvocationException { Code: GrpcCode.PermissionDenied } ? 403 : 500,
        GrpcCode.Internal,
        ErrorCode,
        $"failed to invoke, id: {target}, err: {problem.Message}");

    /// <summary>What a policy made of a call of gRPC, in Go's words and codes.</summary>
    public static ApiException OfPolicy(Exception problem) =>
        problem is TimeoutException ? GrpcErrors.DeadlineExceeded() : GrpcErrors.Of(GrpcCode.Unknown, problem.Message);

    public static ApiException NoTarget() => new(
        404,
        GrpcCode.NotFound,
        ErrorCode,
        "failed getting app id either from the URL path or the header dapr-app-id");

    private const string ErrorCode = "ERR_DIRECT_INVOKE";
}
