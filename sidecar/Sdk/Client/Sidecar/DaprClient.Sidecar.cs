namespace Dapr.Client;

public abstract partial class DaprClient
{
    /// <summary>Whether the sidecar is up with all it has, its app too.</summary>
    public abstract Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Whether the sidecar answers calls of its app.</summary>
    public abstract Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until the sidecar answers calls of its app.</summary>
    public abstract Task WaitForSidecarAsync(CancellationToken cancellationToken = default);

    /// <summary>Ends the sidecar.</summary>
    public abstract Task ShutdownSidecarAsync(CancellationToken cancellationToken = default);

    /// <summary>What the sidecar tells of itself.</summary>
    public abstract Task<DaprMetadata> GetMetadataAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds to what the sidecar tells of itself.</summary>
    public abstract Task SetMetadataAsync(string attributeName, string attributeValue, CancellationToken cancellationToken = default);
}
