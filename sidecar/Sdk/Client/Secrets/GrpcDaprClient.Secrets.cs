using Dapr.Wire;

namespace Dapr.Client;

internal sealed partial class GrpcDaprClient
{
    private const string SecretFailed = "Secret operation failed: the Dapr endpoint indicated a failure. See InnerException for details.";
    private const string BulkSecretFailed = "Bulk secret operation failed: the Dapr endpoint indicated a failure. See InnerException for details.";
    private static readonly WireMethod<Protos.GetSecretResponse> GetSecret = new("/dapr.proto.runtime.v1.Dapr/GetSecret", Protos.GetSecretResponse.Parser);
    private static readonly WireMethod<Protos.GetBulkSecretResponse> GetBulkSecret = new("/dapr.proto.runtime.v1.Dapr/GetBulkSecret", Protos.GetBulkSecretResponse.Parser);

    public override async Task<Dictionary<string, string>> GetSecretAsync(string storeName, string key, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        var request = new Protos.GetSecretRequest { StoreName = storeName, Key = key };
        Fill(request.Metadata, metadata);
        var answer = await AskAsync(GetSecret, request, SecretFailed, cancellationToken);
        return Copy(answer.Data);
    }

    public override async Task<Dictionary<string, Dictionary<string, string>>> GetBulkSecretAsync(string storeName, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        var request = new Protos.GetBulkSecretRequest { StoreName = storeName };
        Fill(request.Metadata, metadata);
        var answer = await AskAsync(GetBulkSecret, request, BulkSecretFailed, cancellationToken);
        return answer.Data.ToDictionary(secret => secret.Key, secret => Copy(secret.Value.Secrets), StringComparer.Ordinal);
    }
}
