using Library.Contracts.Users;
using Library.Defaults.Auth;
using Library.Users.Keys;
using Library.Users.Passwords;

namespace Library.Users.Accounts;

/// <summary>
/// The user who makes all other staff. It is made once: its document stays for ever, also when the user is erased. Of several replicas that start at once
/// one makes it, and the others lose a race.
/// </summary>
internal sealed class FirstAdmin(UserStore users, SecretStore secrets, Hashing hashing)
{
    public const string Secret = "admin-password";

    public const string Name = "admin";

    /// <summary>Null when there is one, or what to change.</summary>
    public async Task<string?> Make(CancellationToken cancellation)
    {
        var read = await users.Load(Name, cancellation);
        if (read.Exists)
        {
            return null;
        }

        if (await secrets.Find(Secret, cancellation) is not { } password)
        {
            return $"There is no administrator yet, and the secret store has no {Secret} to make one with. Set LIBRARY_ADMIN_PASSWORD for ./run, or put the secret {Secret} into the store.";
        }

        if (PasswordRules.Wrong(password, Name, email: null).ToList() is { Count: > 0 } wrong)
        {
            return $"The secret {Secret} is no password for the first administrator. {string.Join(' ', wrong.Select(reason => reason.Sentence))} Set LIBRARY_ADMIN_PASSWORD for ./run, or change the secret.";
        }

        var hash = await hashing.Run(Name, () => PasswordHash.Of(password, hashing.Iterations), cancellation);
        var admin = new User(Name, 1, UserState.Active) { Username = Name, Roles = [Roles.Admin], Password = hash };
        var marks = await users.ReadMarks(admin, cancellation);
        if (marks.TakenFrom(Name).Any())
        {
            return null;
        }

        await users.Save(read, admin, admin.AsCreated(), cancellation, change => marks.Take(Name, change));
        return null;
    }
}
