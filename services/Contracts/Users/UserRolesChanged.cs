namespace Library.Contracts.Users;

/// <summary>The user has other roles than before. Tokens that it already has keep theirs until they end; when a role was lost they end at once.</summary>
public sealed record UserRolesChanged(string Id, long Version, UserState State, string? Username, IReadOnlyList<string> Roles, string? ReaderId)
    : PublishedUser(Id, Version, State, Username, Roles, ReaderId), IFact
{
    public const string Topic = "users.user-roles-changed";

    static string IFact.Topic => Topic;
}
