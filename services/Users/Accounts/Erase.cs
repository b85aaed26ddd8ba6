using Library.Contracts.Users;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Users.Accounts;

internal static class Erase
{
    public static async Task<Decision<Answer>> Handle(EraseUser command, UserStore users, CancellationToken cancellation)
    {
        var read = await users.Load(command.UserId, cancellation);
        if (read.Document is not { } user)
        {
            return UserRefusals.Unknown;
        }

        if (user.Erase(users.Now).IsRefused(out var refusal, out var erased))
        {
            return refusal;
        }

        if (erased == user)
        {
            return user.AsAnswer();
        }

        // Before the answer is committed: whoever dies in between does it again.
        await users.ForgetParked(user, cancellation);
        var marks = await users.ReadMarks(user, cancellation);
        return await users.Save(read, erased, erased.AsErased(), cancellation, change => marks.Release(user.Id, change));
    }
}
