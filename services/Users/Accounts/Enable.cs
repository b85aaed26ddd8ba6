using Library.Contracts.Users;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Users.Accounts;

internal static class Enable
{
    public static async Task<Decision<Answer>> Handle(EnableUser command, UserStore users, CancellationToken cancellation)
    {
        var read = await users.Load(command.UserId, cancellation);
        if (read.Document is not { } user)
        {
            return UserRefusals.Unknown;
        }

        if (user.Enable(command.SagaId).IsRefused(out var refusal, out var enabled))
        {
            return refusal;
        }

        return enabled == user ? user.AsAnswer() : await users.Save(read, enabled, enabled.AsEnabled(), cancellation);
    }
}
