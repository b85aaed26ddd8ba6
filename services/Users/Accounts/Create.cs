using Library.Contracts.Users;
using Library.Defaults.Auth;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Library.Users.Passwords;

namespace Library.Users.Accounts;

internal static class Create
{
    public static async Task<Decision<Answer>> Handle(CreateUser command, UserStore users, CancellationToken cancellation)
    {
        if (!User.IsId(command.UserId))
        {
            return UserRefusals.IdInvalid;
        }

        var read = await users.LoadNew(command.UserId, cancellation);
        if (read.Exists)
        {
            return UserRefusals.Exists;
        }

        var handed = command.CredentialId is { } id ? await users.LoadCredential(id, cancellation) : null;
        if (Draft(command, handed?.Document, users).IsRefused(out var unclear, out var user))
        {
            return unclear;
        }

        var marks = await users.ReadNewMarks(user, cancellation);
        if (UserRefusals.Of([.. user.NameWrong(user.ExternalIdentity is not null), .. Identity.Wrong(user.ExternalIdentity)], [.. marks.TakenFrom(user.Id)]) is { } refusal)
        {
            return refusal;
        }

        return await users.Save(read, user, user.AsCreated(), cancellation, change =>
        {
            marks.Take(user.Id, change);
            if (handed is not null)
            {
                change.Remove(handed);
            }
        });
    }

    private static Decision<User> Draft(CreateUser command, Credential? handed, UserStore users)
    {
        var user = new User(command.UserId, 1, UserState.Pending) { SagaId = command.SagaId, ReaderId = command.ReaderId, Roles = [Roles.Reader] };
        return command switch
        {
            { CredentialId: not null } when handed is null || handed.IsStale(users.Now) => UserRefusals.CredentialUnknown,
            { CredentialId: not null } => user with { Username = handed.Username, Password = handed.Password, ExternalIdentity = handed.ExternalIdentity },
            { ExternalIdentity: { } outside } when users.CanProve(outside.Issuer) => UserRefusals.IdentityUnproved,
            { ExternalIdentity: { } outside } => user with { Username = UserName.Normalised(command.Username), ExternalIdentity = outside },
            _ => UserRefusals.NoIdentity,
        };
    }
}
