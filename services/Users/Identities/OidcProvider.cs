using Library.Contracts;
using Library.Contracts.Users;
using Library.Users.Accounts;
using Library.Users.Sessions;
using Microsoft.Extensions.Options;

namespace Library.Users.Identities;

/// <summary>Users who prove themselves with an ID token of OpenID Connect. Their accounts there are not ours to make or to disable.</summary>
internal sealed class OidcProvider(OidcHouse house, HouseKeys keys, UserNames names, IOptions<OidcOptions> options, TimeProvider time) : IIdentityProvider
{
    private static readonly Reason Invalid = new("id-token-invalid", "This idToken proves nothing here: it is not for this library, has ended, or was signed by somebody else.");

    public string? Issuer => house.Issuer;

    public Abilities Can => Abilities.Link | Abilities.Verify;

    public bool IsFor(Proof proof) => proof.IdToken is { } text && IdToken.Read(text)?.Claims.Iss == house.Issuer;

    public async Task<Offer> Examine(Proof proof, CancellationToken cancellation) =>
        await Prove(proof, cancellation) is { } identity ? new Offer([], Identity: identity) : new Offer([Invalid]);

    public async Task<User?> Verify(Proof proof, ClientAddress from, CancellationToken cancellation) =>
        await Prove(proof, cancellation) is { } identity ? (await names.Find(identity, cancellation)).Document : null;

    /// <summary>What costs least comes first: only a token that would count asks for a key that is not known yet.</summary>
    private async Task<ExternalIdentity?> Prove(Proof proof, CancellationToken cancellation)
    {
        if (IdToken.Read(proof.IdToken) is not { } token || token.Claims.Iss != house.Issuer || !token.Claims.IsFor(house.ClientId) ||
            !token.Claims.IsAt(time.GetUtcNow(), options.Value.ClockSkew))
        {
            return null;
        }

        var fitting = await keys.Find(token, cancellation);
        return fitting.Any(key => key.HasSigned(token.Signed, token.Signature)) ? new ExternalIdentity(house.Issuer, token.Claims.Sub!) : null;
    }
}
