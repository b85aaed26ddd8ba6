namespace Grpc.Core;

/// <summary>A gRPC call that did not succeed.</summary>
public class RpcException : Exception
{
    /// <summary>A failure without trailers.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty, status.ToString())
    {
    }

    /// <summary>A failure with a message of its own.</summary>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>A failure with what the server sent after it.</summary>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>A failure with trailers and a message of its own.</summary>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>Code and explanation.</summary>
    public Status Status { get; }

    /// <summary>The code alone.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>What the server sent after the status.</summary>
    public Metadata Trailers { get; }
}
