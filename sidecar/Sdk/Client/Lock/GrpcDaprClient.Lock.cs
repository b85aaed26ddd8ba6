using System.Diagnostics.CodeAnalysis;
using Dapr.Wire;

namespace Dapr.Client;

internal sealed partial class GrpcDaprClient
{
    private const string LockFailed = "Lock operation failed: the Dapr endpoint indicated a failure. See InnerException for details.";
    private static readonly WireMethod<Protos.TryLockResponse> TryLock = new("/dapr.proto.runtime.v1.Dapr/TryLockAlpha1", Protos.TryLockResponse.Parser);
    private static readonly WireMethod<Protos.UnlockResponse> GiveBack = new("/dapr.proto.runtime.v1.Dapr/UnlockAlpha1", Protos.UnlockResponse.Parser);

    [Experimental("DAPR_DISTRIBUTEDLOCK")]
    public override async Task<TryLockResponse> Lock(string storeName, string resourceId, string lockOwner, int expiryInSeconds, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(resourceId);
        ArgumentException.ThrowIfNullOrEmpty(lockOwner);
        if (expiryInSeconds <= 0)
        {
            throw new ArgumentException("The value cannot be zero or less than zero", nameof(expiryInSeconds));
        }

        var request = new Protos.TryLockRequest { StoreName = storeName, ResourceId = resourceId, LockOwner = lockOwner, ExpiryInSeconds = expiryInSeconds };
        var answer = await AskAsync(TryLock, request, LockFailed, cancellationToken);
        return new TryLockResponse { StoreName = storeName, ResourceId = resourceId, LockOwner = lockOwner, Success = answer.Success };
    }

    [Experimental("DAPR_DISTRIBUTEDLOCK")]
    public override async Task<UnlockResponse> Unlock(string storeName, string resourceId, string lockOwner, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(resourceId);
        ArgumentException.ThrowIfNullOrEmpty(lockOwner);
        var request = new Protos.UnlockRequest { StoreName = storeName, ResourceId = resourceId, LockOwner = lockOwner };
        var answer = await AskAsync(GiveBack, request, LockFailed, cancellationToken);
        return new UnlockResponse((LockStatus)answer.Status);
    }
}
