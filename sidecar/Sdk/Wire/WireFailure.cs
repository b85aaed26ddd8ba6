using System.Net.Sockets;
using Grpc.Core;

namespace Dapr.Wire;

/// <summary>Failures as callers know them: RpcException whatever went wrong below.</summary>
internal static class WireFailure
{
    private const long RefusedStream = 7;
    private const long Cancel = 8;
    private const long EnhanceYourCalm = 11;
    private const long InadequateSecurity = 12;

    public static RpcException Of(StatusCode code, string detail, Exception? cause = null) => new(new Status(code, detail, cause));

    /// <summary>The failure behind an exception of the HTTP client.</summary>
    public static RpcException Of(Exception problem)
    {
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException reset)
            {
                return Of(CodeOf(reset), $"Error reading the answer: {reset.Message}", problem);
            }
        }

        return Of(IsAbsence(problem) ? StatusCode.Unavailable : StatusCode.Internal, $"Error starting gRPC call. {Sentence(problem)}", problem);
    }

    /// <summary>A server that hangs up while HTTP/2 begins is told of by the HTTP client without a cause.</summary>
    private static bool IsAbsence(Exception problem) =>
        problem is IOException || problem.InnerException is IOException or SocketException
        || problem is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } or HttpRequestException { HttpRequestError: HttpRequestError.Unknown, StatusCode: null, InnerException: null };

    private static string Sentence(Exception problem)
    {
        var sentence = $"{problem.GetType().Name}: {problem.Message}";
        return problem.InnerException is { } inner ? $"{sentence} {Sentence(inner)}" : sentence;
    }

    private static StatusCode CodeOf(HttpProtocolException reset) => reset.ErrorCode switch
    {
        RefusedStream => StatusCode.Unavailable,
        Cancel => StatusCode.Cancelled,
        EnhanceYourCalm => StatusCode.ResourceExhausted,
        InadequateSecurity => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };
}
