using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Sidecar.Resiliency;

/// <summary>A failure that no repetition mends: the policy does not retry and throws what is inside.</summary>
public sealed class PermanentException(Exception inner) : Exception(inner.Message, inner)
{
    [DoesNotReturn]
    public void Rethrow() => ExceptionDispatchInfo.Throw(InnerException!);
}
