namespace Library.Contracts.Users;

/// <summary>The saga that made the user was undone: nobody is behind the id any more.</summary>
public sealed record UserCancelled(string Id, long Version, UserState State, string? Username, IReadOnlyList<string> Roles, string? ReaderId)
    : PublishedUser(Id, Version, State, Username, Roles, ReaderId), IFact
{
    public const string Topic = "users.user-cancelled";

    static string IFact.Topic => Topic;
}
