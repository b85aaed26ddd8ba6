using Sidecar.Errors;

namespace Sidecar.PubSub;

/// <summary>A broker that did not take a message. The code is what retry policies with <c>matching</c> look at.</summary>
public sealed class BrokerException(string message, GrpcCode code = GrpcCode.Unavailable, Exception? inner = null) : Exception(message, inner)
{
    public GrpcCode Code { get; } = code;

    public static BrokerException Closed() => new("component is closed", GrpcCode.FailedPrecondition);
}
