using Library.Contracts.Users;
using Library.Defaults.Auth;
using Library.Defaults.Refusals;
using Library.Users.Accounts;
using Library.Users.Sessions;

namespace Library.Users.Passwords;

/// <summary>Ends all other sessions of the user.</summary>
internal sealed record ChangePassword(string CurrentPassword, string NewPassword)
{
    public static async Task<IResult> Handle(
        ChangePassword request, Caller caller, OpenSession session, ClientAddress from, UserStore users, Hashing hashing, Throttle throttle, CancellationToken cancellation)
    {
        var read = await users.Load(caller.UserId, cancellation);
        if (read.Document is not { State: UserState.Active } user)
        {
            return UserRefusals.Unknown.ToProblem();
        }

        if (user is not { Password: { } hash, Username: { } name })
        {
            return PasswordRefusals.None.ToProblem();
        }

        if (PasswordRules.Wrong(request.NewPassword, name, email: null).ToList() is { Count: > 0 } wrong)
        {
            return UserRefusals.NotPossible(wrong).ToProblem();
        }

        var account = UserName.AccountOf(name);
        if (throttle.Enter(account, from.Network) is { } wait)
        {
            return PasswordRefusals.TooManyAttempts(wait).ToProblem();
        }

        var changed = await Hash(request, hash, from, hashing, () => throttle.Withdraw(account, from.Network), cancellation);
        if (changed is null)
        {
            throttle.Blame(account, from.Network);
            return PasswordRefusals.Wrong.ToProblem();
        }

        throttle.Forgive(account, from.Network);
        return (await users.Keep(read, user.ChangePassword(changed, users.Now), session.Id, cancellation)).ToResult();
    }

    /// <summary>None when the current password is another one.</summary>
    private static async Task<PasswordHash?> Hash(ChangePassword request, PasswordHash hash, ClientAddress from, Hashing hashing, Action notLookedAt, CancellationToken cancellation)
    {
        try
        {
            return await hashing.Run(
                from.Network,
                () => PasswordRules.IsOfLength(request.CurrentPassword) && hash.IsOf(request.CurrentPassword) ? PasswordHash.Of(request.NewPassword, hashing.Iterations) : null,
                cancellation);
        }
        catch (Exception)
        {
            notLookedAt();
            throw;
        }
    }
}
