using Sidecar.Components;

namespace Sidecar.Secrets;

/// <summary>One entry of <c>spec.secrets.scopes</c> in a Configuration.</summary>
public sealed record SecretScope(string StoreName)
{
    public string DefaultAccess { get; init; } = "";

    public IReadOnlyList<string> AllowedSecrets { get; init; } = [];

    public IReadOnlyList<string> DeniedSecrets { get; init; } = [];

    public bool Allows(string secret)
    {
        if (AllowedSecrets.Count > 0)
        {
            return AllowedSecrets.Contains(secret);
        }

        return !DeniedSecrets.Contains(secret) && !DefaultAccess.Equals("deny", StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>Which secrets of which stores the app may see; all of a store that no scope names.</summary>
public sealed class SecretScopes
{
    private readonly Dictionary<string, SecretScope> scopes = new(StringComparer.Ordinal);

    public SecretScopes(IEnumerable<SecretScope> scopes)
    {
        foreach (var scope in scopes)
        {
            if (!this.scopes.TryAdd(scope.StoreName, scope))
            {
                throw new ComponentException($"{scope.StoreName} storeName is repeated in secrets configuration");
            }

            if (scope.DefaultAccess.ToUpperInvariant() is not ("" or "ALLOW" or "DENY"))
            {
                throw new ComponentException($"defaultAccess {scope.DefaultAccess} can be either allow or deny");
            }
        }
    }

    public static SecretScopes None { get; } = new([]);

    public bool Allow(string store, string secret) => !scopes.TryGetValue(store, out var scope) || scope.Allows(secret);
}
