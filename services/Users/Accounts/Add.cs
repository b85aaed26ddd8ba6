using Library.Contracts.Users;
using Library.Defaults.Refusals;
using Library.Users.Identities;
using Library.Users.Passwords;
using Microsoft.AspNetCore.Mvc;

namespace Library.Users.Accounts;

/// <summary>A user that an admin makes, active at once: staff, a door. It has a password, or logs in with an identity of another house.</summary>
internal sealed record Add(IReadOnlyList<string> Roles)
{
    public string? Username { get; init; }

    public string? Password { get; init; }

    public ExternalIdentity? ExternalIdentity { get; init; }

    public static async Task<IResult> Handle([FromBody] Add request, UserStore users, IdentityProviders providers, Hashing hashing, CancellationToken cancellation)
    {
        if (request.Password is null == request.ExternalIdentity is null)
        {
            return UserRefusals.NoIdentity.ToProblem();
        }

        var id = Guid.CreateVersion7(users.Now).ToString();
        var user = new User(id, 1, UserState.Active)
        {
            Username = UserName.Normalised(request.Username),
            Roles = RoleNames.Ordered(request.Roles),
            ExternalIdentity = request.ExternalIdentity,
        };
        var offer = request.Password is null ? new Offer([]) : await providers.Examine(new Proof(user.Username, request.Password, null), cancellation);
        var marks = await users.ReadMarks(user, cancellation);
        if (UserRefusals.Of([.. user.NameWrong(request.ExternalIdentity is not null), .. offer.Wrong, .. RoleNames.Wrong(request.Roles), .. Identity.Wrong(user.ExternalIdentity)], [.. marks.TakenFrom(id)]) is { } refusal)
        {
            return refusal.ToProblem();
        }

        if (offer.Password is { } password)
        {
            user = user with { Password = await hashing.Run("staff", () => PasswordHash.Of(password, hashing.Iterations), cancellation) };
        }

        var saved = await users.Save(await users.Load(id, cancellation), user, user.AsCreated(), cancellation, change => marks.Take(id, change), location: $"/users/{id}");
        return saved.IsRefused(out var no, out var answer) ? no.ToProblem() : answer.ToResult();
    }
}
