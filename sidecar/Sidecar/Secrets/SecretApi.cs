using System.Diagnostics;
using Sidecar.Errors;
using Sidecar.Resiliency;
using Sidecar.State;

namespace Sidecar.Secrets;

/// <summary>Told about each call of a store, get or bulk_get: metrics.</summary>
public delegate void SecretObserver(string store, string operation, bool succeeded, TimeSpan elapsed);

/// <summary>Secrets as HTTP and gRPC both give them out.</summary>
public sealed class SecretApi(IReadOnlyDictionary<string, ISecretStore> stores, SecretScopes scopes, ResiliencyPolicies policies, SecretObserver? observer = null)
{
    private readonly Dictionary<string, Policy> policyOf = stores.Keys.ToDictionary(name => name, name => policies.ComponentOutbound(name, ComponentKind.Secretstore), StringComparer.Ordinal);

    public async ValueTask<IReadOnlyDictionary<string, string>> GetAsync(string store, string key, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation)
    {
        var component = Find(store);
        if (!scopes.Allow(store, key))
        {
            throw new ApiException(403, GrpcCode.PermissionDenied, "ERR_PERMISSION_DENIED", $"access denied by policy to get {GoInteger.Quote(key)} from {GoInteger.Quote(store)}");
        }

        try
        {
            return await ObserveAsync(store, "get", token => component.GetAsync(key, metadata, token), cancellation);
        }
        catch (Exception problem) when (!cancellation.IsCancellationRequested)
        {
            throw Failure($"failed getting secret with key {key} from secret store {store}: {Words(problem)}");
        }
    }

    /// <summary>All that the app may see.</summary>
    public async ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetAllAsync(string store, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation)
    {
        var component = Find(store);
        try
        {
            var all = await ObserveAsync(store, "bulk_get", token => component.GetAllAsync(metadata, token), cancellation);
            return all.Where(secret => scopes.Allow(store, secret.Key)).ToDictionary(StringComparer.Ordinal);
        }
        catch (Exception problem) when (!cancellation.IsCancellationRequested)
        {
            throw Failure($"failed getting secrets from secret store {store}: {Words(problem)}");
        }
    }

    private async ValueTask<T> ObserveAsync<T>(string store, string operation, Func<CancellationToken, ValueTask<T>> ask, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var succeeded = false;
        try
        {
            var answer = await policyOf[store].RunAsync(ask, cancellation);
            succeeded = true;
            return answer;
        }
        finally
        {
            observer?.Invoke(store, operation, succeeded, Stopwatch.GetElapsedTime(started));
        }
    }

    private ISecretStore Find(string store)
    {
        if (stores.Count == 0)
        {
            throw new ApiException(500, GrpcCode.FailedPrecondition, "ERR_SECRET_STORES_NOT_CONFIGURED", "secret store is not configured");
        }

        return stores.TryGetValue(store, out var component)
            ? component
            : throw new ApiException(401, GrpcCode.InvalidArgument, "ERR_SECRET_STORE_NOT_FOUND", $"failed finding secret store with key {store}");
    }

    private static ApiException Failure(string message) => new(500, GrpcCode.Internal, "ERR_SECRET_GET", message);

    private static string Words(Exception problem) => problem is OperationCanceledException ? "context deadline exceeded" : problem.Message;
}
