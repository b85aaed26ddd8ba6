namespace Sidecar.Resiliency;

/// <summary>The app answered a delivery with a status that is no success; <c>matching</c> of a retry policy decides by it.</summary>
public class AppStatusException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
