using Microsoft.AspNetCore.Mvc;

namespace Library.Users.Accounts;

/// <summary>Whoever loses a role has to log in again.</summary>
internal sealed record ChangeRoles(IReadOnlyList<string> Roles)
{
    public static async Task<IResult> Handle(string id, [FromBody] ChangeRoles request, UserStore users, CancellationToken cancellation)
    {
        if (RoleNames.Wrong(request.Roles).ToList() is { Count: > 0 } wrong)
        {
            return UserRefusals.NotPossible(wrong).ToProblem();
        }

        var read = await users.Load(id, cancellation);
        if (read.Document is not { } user)
        {
            return UserRefusals.Unknown.ToProblem();
        }

        if (user.ChangeRoles(RoleNames.Ordered(request.Roles), users.Now).IsRefused(out var refusal, out var changed))
        {
            return refusal.ToProblem();
        }

        if (changed == user)
        {
            return user.AsAnswer().ToResult();
        }

        var saved = await users.Save(read, changed, changed.AsRolesChanged(), cancellation);
        return saved.IsRefused(out var no, out var answer) ? no.ToProblem() : answer.ToResult();
    }
}
