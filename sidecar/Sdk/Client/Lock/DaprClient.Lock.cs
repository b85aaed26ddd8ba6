using System.Diagnostics.CodeAnalysis;

namespace Dapr.Client;

public abstract partial class DaprClient
{
    /// <summary>Tries to take a lock.</summary>
    [Experimental("DAPR_DISTRIBUTEDLOCK")]
    public abstract Task<TryLockResponse> Lock(string storeName, string resourceId, string lockOwner, int expiryInSeconds, CancellationToken cancellationToken = default);

    /// <summary>Gives a lock back.</summary>
    [Experimental("DAPR_DISTRIBUTEDLOCK")]
    public abstract Task<UnlockResponse> Unlock(string storeName, string resourceId, string lockOwner, CancellationToken cancellationToken = default);
}
