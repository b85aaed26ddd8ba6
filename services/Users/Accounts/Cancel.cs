using Library.Contracts.Users;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Users.Accounts;

internal static class Cancel
{
    public static async Task<Decision<Answer>> Handle(CancelUser command, UserStore users, CancellationToken cancellation)
    {
        var read = await users.Load(command.UserId, cancellation);
        if (read.Document is not { } user)
        {
            return UserRefusals.Unknown;
        }

        if (user.Cancel(command.SagaId).IsRefused(out var refusal, out var cancelled))
        {
            return refusal;
        }

        var marks = await users.ReadMarks(user, cancellation);
        return await users.Save(read, cancelled, cancelled.AsCancelled(), cancellation, change => marks.Release(user.Id, change));
    }
}
