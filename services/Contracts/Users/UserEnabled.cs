namespace Library.Contracts.Users;

/// <summary>A disabled user can log in again.</summary>
public sealed record UserEnabled(string Id, long Version, UserState State, string? Username, IReadOnlyList<string> Roles, string? ReaderId)
    : PublishedUser(Id, Version, State, Username, Roles, ReaderId), IFact
{
    public const string Topic = "users.user-enabled";

    static string IFact.Topic => Topic;
}
