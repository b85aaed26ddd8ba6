using System.Runtime.Serialization;

namespace Dapr;

/// <summary>A call to the sidecar that failed.</summary>
[Serializable]
public class DaprException : Exception
{
    /// <summary>A failure without a cause.</summary>
    public DaprException(string message)
        : base(message)
    {
    }

    /// <summary>A failure and its cause, mostly a RpcException.</summary>
    public DaprException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>For deserialisation.</summary>
    [Obsolete("Formatter-based serialization is obsolete and should not be used.", DiagnosticId = "SYSLIB0051")]
    protected DaprException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }
}
