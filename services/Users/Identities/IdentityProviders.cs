using Library.Contracts;

namespace Library.Users.Identities;

/// <summary>All houses that vouch for people here.</summary>
internal sealed class IdentityProviders(IEnumerable<IIdentityProvider> all)
{
    private static readonly Reason Unknown = new("identity-provider-unknown", "Nobody here can check this idToken. GET /identity-providers tells whose can be checked.");

    public IReadOnlyList<IIdentityProvider> All { get; } = [.. all];

    public IIdentityProvider? For(Proof proof) => All.FirstOrDefault(provider => provider.IsFor(proof));

    /// <summary>Whether an identity of this issuer has to be proved, because it can be.</summary>
    public bool CanProve(string issuer) => All.Any(provider => provider.Issuer == issuer);

    public Task<Offer> Examine(Proof proof, CancellationToken cancellation) => For(proof)?.Examine(proof, cancellation) ?? Task.FromResult(new Offer([Unknown]));
}
