#nullable disable
using System.Runtime.Serialization;

namespace Dapr;

/// <summary>A failure to which Dapr gave a code.</summary>
[Serializable]
public class DaprApiException : DaprException
{
    private const string UnknownCode = "UNKNOWN";

    /// <summary>A failure about which nothing is known.</summary>
    public DaprApiException()
        : this("", UnknownCode, false)
    {
    }

    /// <summary>A failure without a code.</summary>
    public DaprApiException(string message)
        : this(message, UnknownCode, false)
    {
    }

    /// <summary>A failure without a code, and its cause.</summary>
    public DaprApiException(string message, Exception innerException)
        : this(message, innerException, UnknownCode, false)
    {
    }

    /// <summary>A failure with a code alone.</summary>
    public DaprApiException(string errorCode, bool isTransient)
        : this("", errorCode, isTransient)
    {
    }

    /// <summary>A failure with a code.</summary>
    public DaprApiException(string message, string errorCode, bool isTransient)
        : this(message, null, errorCode, isTransient)
    {
    }

    /// <summary>A failure with a code, and its cause.</summary>
    public DaprApiException(string message, Exception inner, string errorCode, bool isTransient)
        : base(message, inner)
    {
        ErrorCode = errorCode;
        IsTransient = isTransient;
    }

    /// <summary>For deserialisation.</summary>
    [Obsolete("Formatter-based serialization is obsolete and should not be used.", DiagnosticId = "SYSLIB0051")]
    protected DaprApiException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
        ErrorCode = info.GetString(nameof(ErrorCode)) ?? UnknownCode;
        IsTransient = info.GetBoolean(nameof(IsTransient));
    }

    /// <summary>Dapr's code.</summary>
    public string ErrorCode { get; }

    /// <summary>Whether a later try may succeed.</summary>
    public bool IsTransient { get; }

    /// <inheritdoc/>
    [Obsolete("Formatter-based serialization is obsolete and should not be used.", DiagnosticId = "SYSLIB0051")]
    public override void GetObjectData(SerializationInfo info, StreamingContext context)
    {
        base.GetObjectData(info, context);
        info.AddValue(nameof(ErrorCode), ErrorCode);
        info.AddValue(nameof(IsTransient), IsTransient);
    }
}
