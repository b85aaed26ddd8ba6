namespace Sidecar.Configuration;

/// <summary>
/// Who may call this app. Callers are known by their certificates, which need mTLS; without it, as here, daprd lets every call
/// through, so these rules are read and checked and then have no effect.
/// </summary>
public sealed record AccessControl
{
    public string DefaultAction { get; init; } = "allow";

    public string TrustDomain { get; init; } = "public";

    public IReadOnlyList<AppAccess> Policies { get; init; } = [];
}

public sealed record AppAccess(string AppId, string DefaultAction, string TrustDomain, string Namespace, IReadOnlyList<OperationAccess> Operations);

public sealed record OperationAccess(string Name, IReadOnlyList<string> Verbs, string Action);
