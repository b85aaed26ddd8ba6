using System.Net.Sockets;

namespace Sidecar.State.Redis;

/// <summary>Network failures in the words of Go's net package, which Dapr puts into its answers.</summary>
internal static class GoNetworkError
{
    public static RedisConnectionException Of(Exception problem, string operation, string ends) => problem switch
    {
        RedisConnectionException known => known,
        EndOfStreamException or ObjectDisposedException => new RedisConnectionException("EOF", problem),
        _ => new RedisConnectionException($"{operation} tcp {ends}: {Reason(problem, operation == "dial" ? "connect" : operation)}", problem),
    };

    private static string Reason(Exception problem, string call) =>
        (problem as SocketException ?? problem.InnerException as SocketException)?.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => $"{call}: connection refused",
            SocketError.ConnectionReset => $"{call}: connection reset by peer",
            SocketError.Shutdown => $"{call}: broken pipe",
            SocketError.NetworkUnreachable => $"{call}: network is unreachable",
            SocketError.HostUnreachable => $"{call}: no route to host",
            SocketError.TimedOut => "i/o timeout",
            _ => problem is OperationCanceledException or TimeoutException ? "i/o timeout" : $"{call}: {problem.Message}",
        };
}
