using Library.Contracts;
using Library.Contracts.Users;
using Library.Users.Accounts;
using Library.Users.Sessions;

namespace Library.Users.Identities;

/// <summary>What a house that vouches for people can do.</summary>
[Flags]
internal enum Abilities
{
    None = 0,

    /// <summary>Keeps a new secret for a new user.</summary>
    Create = 1,

    /// <summary>Proves that somebody has an identity there already, which a user is then linked with.</summary>
    Link = 2,

    /// <summary>Lets nobody in whose user is disabled here.</summary>
    Disable = 4,

    /// <summary>Tells who proves himself.</summary>
    Verify = 8,
}

/// <summary>What somebody shows: a password with a user name, or a token of another house.</summary>
internal sealed record Proof(string? Username, string? Password, string? IdToken)
{
    public string? Email { get; init; }
}

/// <summary>What a new user will prove itself with, and all that is wrong with that. A password has yet to be hashed.</summary>
internal sealed record Offer(IReadOnlyList<Reason> Wrong, string? Password = null, ExternalIdentity? Identity = null);

/// <summary>A house that vouches for people: this one, or another.</summary>
internal interface IIdentityProvider
{
    /// <summary>Whose identities it knows; ours has none.</summary>
    string? Issuer { get; }

    Abilities Can { get; }

    bool IsFor(Proof proof);

    /// <summary>Looks at what a new user brings: <see cref="Abilities.Create"/> or <see cref="Abilities.Link"/>.</summary>
    Task<Offer> Examine(Proof proof, CancellationToken cancellation);

    /// <summary>The user who has proved himself, as he is after that; none whatever the reason.</summary>
    Task<User?> Verify(Proof proof, ClientAddress from, CancellationToken cancellation);
}
