namespace Library.Contracts.Users;

/// <summary>The user cannot log in any more, until it is enabled.</summary>
public sealed record UserDisabled(string Id, long Version, UserState State, string? Username, IReadOnlyList<string> Roles, string? ReaderId)
    : PublishedUser(Id, Version, State, Username, Roles, ReaderId), IFact
{
    public const string Topic = "users.user-disabled";

    static string IFact.Topic => Topic;
}
