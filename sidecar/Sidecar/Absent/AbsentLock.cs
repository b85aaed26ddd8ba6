using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Http;
using Sidecar.Protos;

namespace Sidecar.Absent;

/// <summary>Distributed locks.</summary>
internal sealed class AbsentLock(KnownComponents known)
{
    private const string Version = "v1.0-alpha1";

    public IEnumerable<ApiRoute> Routes =>
    [
        new("POST", Version, "lock/{store}", "lock", LockAsync),
        new("POST", Version, "unlock/{store}", "unlock", UnlockAsync),
    ];

    public void Register(GrpcMethods methods)
    {
        methods.Unary<TryLockRequest, TryLockResponse>(GrpcMethods.Dapr + "TryLockAlpha1", TryLockRequest.Parser, (request, _) => throw Refusal(request, request.StoreName));
        methods.Unary<UnlockRequest, UnlockResponse>(GrpcMethods.Dapr + "UnlockAlpha1", UnlockRequest.Parser, (request, _) => throw Refusal(request, request.StoreName));
    }

    private async ValueTask LockAsync(HttpCall call) => throw Refusal(await AbsentBodies.MessageAsync<TryLockRequest>(call), call["store"]);

    private async ValueTask UnlockAsync(HttpCall call) => throw Refusal(await AbsentBodies.MessageAsync<UnlockRequest>(call), call["store"]);

    private ApiException Refusal(TryLockRequest request, string store) => request.ExpiryInSeconds <= 0
        ? Bad($"ExpiryInSeconds is not positive in lock store {store}")
        : Missing(store, request.ResourceId, request.LockOwner)
            ?? new(500, GrpcCode.Internal, "ERR_TRY_LOCK", $"failed to try acquiring lock: {KnownComponents.Reason}");

    private ApiException Refusal(UnlockRequest request, string store) =>
        Missing(store, request.ResourceId, request.LockOwner) ?? new(500, GrpcCode.Internal, "ERR_UNLOCK", $"failed to release lock: {KnownComponents.Reason}");

    private ApiException? Missing(string store, string resource, string owner)
    {
        if (known.Locks.Count == 0)
        {
            return new(500, GrpcCode.FailedPrecondition, "ERR_LOCK_STORE_NOT_CONFIGURED", "lock store is not configured");
        }

        return resource.Length == 0 ? Bad($"ResourceId is empty in lock store {store}")
            : owner.Length == 0 ? Bad($"LockOwner is empty in lock store {store}")
            : known.Locks.Contains(store) ? null
            : new(400, GrpcCode.InvalidArgument, "ERR_LOCK_STORE_NOT_FOUND", $"lock store {store} not found");
    }

    private static ApiException Bad(string message) => new(400, GrpcCode.InvalidArgument, "ERR_MALFORMED_REQUEST", message);
}
