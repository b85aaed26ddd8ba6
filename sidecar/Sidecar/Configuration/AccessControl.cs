namespace Sidecar.Configuration;

/// <summary>
/// Who may call this app. Callers are known by their certificates, which need mTLS; without it, as here, the default action counts for
/// every caller and the policies are only read and checked.
/// </summary>
public sealed record AccessControl
{
    public string DefaultAction { get; init; } = "allow";

    public string TrustDomain { get; init; } = "public";

    public IReadOnlyList<AppAccess> Policies { get; init; } = [];
}

public sealed record AppAccess(string AppId, string DefaultAction, string TrustDomain, string Namespace, IReadOnlyList<OperationAccess> Operations);

public sealed record OperationAccess(string Name, IReadOnlyList<string> Verbs, string Action);
