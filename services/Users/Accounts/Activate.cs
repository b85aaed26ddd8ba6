using Library.Contracts.Users;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Users.Accounts;

internal static class Activate
{
    public static async Task<Decision<Answer>> Handle(ActivateUser command, UserStore users, CancellationToken cancellation)
    {
        var read = await users.Load(command.UserId, cancellation);
        if (read.Document is not { } user)
        {
            return UserRefusals.Unknown;
        }

        if (user.Activate(command.SagaId).IsRefused(out var refusal, out var active))
        {
            return refusal;
        }

        return await users.Save(read, active, active.AsActivated(), cancellation);
    }
}
