using Library.Contracts.Users;

namespace Library.Users.Accounts;

internal static class GetUser
{
    public static async Task<IResult> Handle(string id, UserStore users, CancellationToken cancellation) =>
        (await users.Load(id, cancellation)).Document is { } user ? TypedResults.Ok(UserShown.Of(user))
        : UserRefusals.Unknown.ToProblem();
}

internal static class FindUsers
{
    /// <summary>By user name, which one user has at most.</summary>
    public static async Task<IResult> Handle(string username, UserNames names, CancellationToken cancellation)
    {
        var found = (await names.Find(UserName.Normalise(username), cancellation)).Document;
        return TypedResults.Ok(new UsersFound(found is null ? [] : [UserShown.Of(found)], null));
    }
}

internal sealed record UserShown(string Id, long Version, UserState State, string? Username, IReadOnlyList<string> Roles, string? ReaderId, ExternalIdentity? ExternalIdentity)
{
    public static UserShown Of(User user) => new(user.Id, user.Version, user.State, user.Username, user.Roles, user.ReaderId, user.ExternalIdentity);
}

internal sealed record UsersFound(IReadOnlyList<UserShown> Items, string? Next);
