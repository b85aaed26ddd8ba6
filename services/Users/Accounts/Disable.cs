using Library.Contracts.Users;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Users.Accounts;

internal static class Disable
{
    public static async Task<Decision<Answer>> Handle(DisableUser command, UserStore users, CancellationToken cancellation)
    {
        var read = await users.Load(command.UserId, cancellation);
        if (read.Document is not { } user)
        {
            return UserRefusals.Unknown;
        }

        if (user.Disable(command.SagaId, users.Now).IsRefused(out var refusal, out var disabled))
        {
            return refusal;
        }

        return disabled == user ? user.AsAnswer() : await users.Save(read, disabled, disabled.AsDisabled(), cancellation);
    }
}
