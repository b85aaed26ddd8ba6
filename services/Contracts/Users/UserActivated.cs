namespace Library.Contracts.Users;

/// <summary>The saga that made the user has succeeded: the user can log in.</summary>
public sealed record UserActivated(string Id, long Version, UserState State, string? Username, IReadOnlyList<string> Roles, string? ReaderId)
    : PublishedUser(Id, Version, State, Username, Roles, ReaderId), IFact
{
    public const string Topic = "users.user-activated";

    static string IFact.Topic => Topic;
}
