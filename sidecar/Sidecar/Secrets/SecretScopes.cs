namespace Sidecar.Secrets;

/// <summary>Which secrets of a store an app may read; all, where nothing is said about the store.</summary>
public sealed class SecretScopes(IEnumerable<SecretScope> scopes)
{
    private readonly Dictionary<string, SecretScope> scopes = scopes.ToDictionary(scope => scope.Store);

    public static SecretScopes None { get; } = new([]);

    public bool IsAllowed(string store, string secret) => !scopes.TryGetValue(store, out var scope) || scope.IsAllowed(secret);
}

public sealed record SecretScope(string Store, bool DeniesByDefault, IReadOnlySet<string> Allowed, IReadOnlySet<string> Denied)
{
    /// <summary>A list of allowed secrets means only those, whatever else is said.</summary>
    public bool IsAllowed(string secret) => Allowed.Count > 0 ? Allowed.Contains(secret) : !Denied.Contains(secret) && !DeniesByDefault;
}
