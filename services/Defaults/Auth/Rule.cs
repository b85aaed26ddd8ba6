namespace Library.Defaults.Auth;

/// <summary>Who may use an endpoint. Of a group's rule and its endpoint's the endpoint's counts.</summary>
public sealed record Rule(Admits Admits, IReadOnlyList<string> Who)
{
    /// <summary>The part of the address that says whose it is; of those who are no staff only its owner is let in.</summary>
    public string? OwnedBy { get; init; }

    /// <summary>Whether that is a user's id, not a reader's.</summary>
    public bool IsOfUser { get; init; }

    public static Rule Anyone { get; } = new(Admits.Anyone, []);

    public static Rule SignedIn { get; } = new(Admits.SignedIn, []);

    public static Rule Sidecar { get; } = new(Admits.Sidecar, []);
}

public enum Admits
{
    /// <summary>No token is looked at here; roles, if there are any, are checked by those who are asked behind it.</summary>
    Anyone,

    SignedIn,

    /// <summary>Signed in, with one of these roles.</summary>
    Roles,

    /// <summary>These apps by invocation, or every app but the gateway when none is named.</summary>
    Services,

    /// <summary>The service's own sidecar: messages, and what it asks when it starts.</summary>
    Sidecar,
}
