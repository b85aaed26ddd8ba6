namespace Library.Contracts.Users;

/// <summary>The user was erased: nobody is behind the id any more, for ever.</summary>
public sealed record UserErased(string Id, long Version, UserState State, string? Username, IReadOnlyList<string> Roles, string? ReaderId)
    : PublishedUser(Id, Version, State, Username, Roles, ReaderId), IFact
{
    public const string Topic = "users.user-erased";

    static string IFact.Topic => Topic;
}
