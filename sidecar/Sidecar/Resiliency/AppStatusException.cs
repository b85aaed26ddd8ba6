namespace Sidecar.Resiliency;

/// <summary>
/// The other side answered with a status that is no success; <c>matching</c> of a retry policy decides by it. 0 to 16 is a gRPC
/// code, 100 to 599 an HTTP status.
/// </summary>
public class AppStatusException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
