using Library.Contracts.Users;
using Library.Defaults.Stores;
using Library.Users.Accounts;
using Library.Users.Identities;
using Microsoft.AspNetCore.Mvc;

namespace Library.Users.Passwords;

/// <summary>
/// What somebody who registers will prove himself with: a user name and a password, or the idToken of a provider that can be checked. It stays here;
/// messages carry only its id. The e-mail address is not kept.
/// </summary>
internal sealed record HandOver
{
    private const string Registration = "registration";

    public string? Username { get; init; }

    public string? Password { get; init; }

    public string? IdToken { get; init; }

    public string? Email { get; init; }

    public static async Task<IResult> Handle([FromBody] HandOver request, UserStore users, IdentityProviders providers, Hashing hashing, CancellationToken cancellation)
    {
        var id = Guid.CreateVersion7(users.Now).ToString();
        var draft = new User(id, 1, UserState.Pending) { Username = UserName.Normalised(request.Username) };
        var offer = await providers.Examine(new Proof(draft.Username, request.Password, request.IdToken) { Email = request.Email }, cancellation);
        draft = draft with { ExternalIdentity = offer.Identity };
        var marks = await users.ReadMarks(draft, cancellation);
        if (UserRefusals.Of([.. draft.NameWrong(isOfAnotherHouse: request.IdToken is not null), .. offer.Wrong], [.. marks.TakenFrom(id)]) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var hash = offer.Password is { } password ? await hashing.Run(Registration, () => PasswordHash.Of(password, hashing.Iterations), cancellation) : null;
        await users.HandOver(new Credential(id, users.Now, draft.Username, hash, offer.Identity), cancellation);
        return TypedResults.Created((string?)null, new HandedOver(id, draft.Username, offer.Identity));
    }
}

internal sealed record HandedOver(string CredentialId, string? Username, ExternalIdentity? ExternalIdentity);
