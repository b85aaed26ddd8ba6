#nullable disable
namespace Dapr;

/// <summary>An error in the body of an answer of the sidecar.</summary>
public class DaprError
{
    /// <summary>Dapr's code.</summary>
    public string ErrorCode { get; set; }

    /// <summary>What happened, in words.</summary>
    public string Message { get; set; }
}
