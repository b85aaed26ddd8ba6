using Library.Defaults.Auth;
using Library.Defaults.Stores;

namespace Library.Users.Sessions;

internal static class Logout
{
    public static async Task<IResult> Handle(Caller caller, OpenSession session, Commit commit, CancellationToken cancellation)
    {
        var change = new Change();
        Ended.One(caller.UserId, session.Id, session.Expires).AddTo(change);
        await commit.Run(change, new Answer(caller.UserId, 0), cancellation);
        return TypedResults.NoContent();
    }
}
