#nullable disable
namespace Dapr.Client;

/// <summary>Whether a lock was taken; disposing it gives the lock back.</summary>
public sealed class TryLockResponse : IAsyncDisposable
{
    /// <summary>Whether it was.</summary>
    public bool Success { get; init; }

    /// <summary>What is locked.</summary>
    public string ResourceId { get; init; } = "";

    /// <summary>Who holds it.</summary>
    public string LockOwner { get; init; } = "";

    /// <summary>The lock store.</summary>
    public string StoreName { get; init; } = "";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Success)
        {
            using var client = new DaprClientBuilder().Build();
            await client.Unlock(StoreName, ResourceId, LockOwner);
        }
    }
}

/// <summary>How giving a lock back ended.</summary>
public class UnlockResponse(LockStatus status)
{
    /// <summary>How.</summary>
    public LockStatus status { get; set; } = status;
}

/// <summary>How giving a lock back ended.</summary>
public enum LockStatus
{
    /// <summary>It is free.</summary>
    Success,

    /// <summary>There was no such lock.</summary>
    LockDoesNotExist,

    /// <summary>Somebody else holds it.</summary>
    LockBelongsToOthers,

    /// <summary>The store failed.</summary>
    InternalError,
}
