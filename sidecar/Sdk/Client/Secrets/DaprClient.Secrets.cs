namespace Dapr.Client;

public abstract partial class DaprClient
{
    /// <summary>A secret of a store: its values by their names.</summary>
    public abstract Task<Dictionary<string, string>> GetSecretAsync(string storeName, string key, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default);

    /// <summary>Every secret of a store that the app may see.</summary>
    public abstract Task<Dictionary<string, Dictionary<string, string>>> GetBulkSecretAsync(string storeName, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default);
}
