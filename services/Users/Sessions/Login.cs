using Library.Contracts.Users;
using Library.Users.Accounts;
using Library.Users.Identities;

namespace Library.Users.Sessions;

/// <summary>User name and password, or the idToken of a provider that GET /identity-providers names.</summary>
internal sealed record Login
{
    public string? Username { get; init; }

    public string? Password { get; init; }

    public string? IdToken { get; init; }

    public static async Task<IResult> Handle(Login request, ClientAddress from, IdentityProviders providers, Tokens tokens, CancellationToken cancellation)
    {
        if (request.IdToken is null ? request.Username is null || request.Password is null : request.Username is not null || request.Password is not null)
        {
            return SessionRefusals.LoginIncomplete.ToProblem();
        }

        var proof = new Proof(request.Username, request.Password, request.IdToken);
        var user = providers.For(proof) is { } provider ? await provider.Verify(proof, from, cancellation) : null;
        return user is { State: UserState.Active }
            ? TypedResults.Ok(new LoggedIn(await tokens.Issue(user), (int)Session.Lifetime.TotalSeconds, user.Id, user.ReaderId, user.Roles))
            : SessionRefusals.LoginRefused.ToProblem();
    }
}

internal sealed record LoggedIn(string AccessToken, int ExpiresIn, string UserId, string? ReaderId, IReadOnlyList<string> Roles);
