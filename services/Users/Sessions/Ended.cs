using Library.Contracts.Users;
using Library.Defaults.Stores;
using Library.Users.Accounts;

namespace Library.Users.Sessions;

/// <summary>Tells every service that sessions of a user have ended, with the change that ends them.</summary>
internal sealed record Ended(SessionsEnded Message, string Identity)
{
    /// <summary>How much later than ours the clock of a service may be that takes a token for good.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    public static Ended AllOf(User user, string? except) => new(
        new SessionsEnded(user.Id, null, user.SessionsFrom, except, user.SessionsFrom + Session.Lifetime + Skew),
        $"{user.Id}/sessions-before-{user.SessionsFrom.ToUnixTimeMilliseconds()}");

    public static Ended One(string userId, string sessionId, DateTimeOffset until) => new(new SessionsEnded(userId, sessionId, null, null, until + Skew), $"{userId}/session-{sessionId}");

    public void AddTo(Change change) => change.Send(SessionsEnded.Topic, Identity, Message);
}
